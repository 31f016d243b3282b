"""Reading a manifest, against parsing its syntax and nothing else.

``python -m benchmarks.reading`` measures this alone: the native form, the complete sample of each foreign format,
which gives every field at once and little text with it, and real files by format where the corpus lies beside the
project.
Each is read again and again, so that what is imported, compiled or remembered on first use is not counted.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError, read_bytes
from benchmarks.figures import Figure, at_most, duration, table
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aims_policy.manifest.native.shape import Shape

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "manifest" / "formats"
LIMIT = 3.0
"""How often its own parsing the reading of a card may take."""


CORPUS = ROOT.parent / "shared" / "corpus"
_LARGEST = 400_000
"""Bytes of a corpus file that is measured; the few larger ones are long lists of results."""


def measure(rounds: int) -> list[Figure]:
    """Figures for the native form and the complete sample of every format; for the corpus where it is there."""
    return [*_native(rounds), *_samples(rounds), *_corpus(min(rounds, 7))]


def _native(rounds: int) -> list[Figure]:
    """The example's model in both forms, without the reports that it lists; and the first place asked for in it."""
    import yaml

    from aims_policy.manifest.native.shape import shapes
    from benchmarks.material import alone, model_value

    value, known = alone(model_value()), shapes()
    as_json, as_yaml = json.dumps(value, indent=2).encode(), yaml.safe_dump(value, sort_keys=False).encode()
    figures = [
        _figure("Native manifests: read, against their syntax parsed", *given, known, rounds)
        for given in (("model.json", as_json, "model as JSON"), ("model.yaml", as_yaml, "model as YAML"))
    ]
    [document] = read_bytes(as_json, file="model.json")

    def first_place() -> None:
        document.forget_positions()
        document.span(("spec", "fairness", "measurements", 0, "value"))

    compared = side_by_side(first_place, _parser(".json", as_json), rounds)
    shown = duration(compared.one), duration(compared.other)
    return [*figures, Figure(figures[0].group, "first place shown in the JSON", *shown, compared.ratio)]


def _samples(rounds: int) -> list[Figure]:
    from aims_policy.manifest.native.shape import shapes

    known = shapes()
    group = "Foreign formats: complete samples read, against their syntax parsed"
    return [
        _figure(group, _shown_as(file), file.read_bytes(), file.parent.parent.name, known, rounds)
        for file in sorted(SAMPLES.glob("*/full*/input.*"))
    ]


def _figure(
    group: str, file: str, data: bytes, title: str, known: Mapping[str, Shape], rounds: int
) -> Figure:
    suffix = Path(file).suffix
    compared = side_by_side(lambda: read_data(data, file, known), _parser(suffix, data), rounds)
    shown = duration(compared.one), duration(compared.other)
    name = f"{title} ({suffix[1:]}, {len(data) / 1024:.1f} kB)"
    return Figure(group, name, *shown, compared.ratio, *at_most(LIMIT, compared.ratio))


def _corpus(rounds: int) -> list[Figure]:
    """Of each format the median over its real files, each by the least of its times."""
    from aims_policy.manifest.native.shape import shapes

    known = shapes()
    times: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for file in sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else ():
        data = file.read_bytes() if file.is_file() and file.stat().st_size <= _LARGEST else b""
        form = _form(file, data)
        if form and _is_parsed(form, data) and (name := _format_of(data, file, known)):
            times[f"{name} ({form[1:]})"].append((*_least(data, file, form, known, rounds), len(data)))
    return [_median_figure(name, of_format) for name, of_format in sorted(times.items())]


def _form(file: Path, data: bytes) -> str:
    """The suffix of a corpus file's syntax, whatever it is called; "" for what is not measured.

    A card without front matter has no syntax that would have to be parsed.
    """
    if file.suffix == ".md":
        return ".md" if data.startswith(b"---") else ""
    if file.suffix in (".jsonl", ".xml"):
        return file.suffix
    if file.suffix == ".json" or data.lstrip()[:1] in (b"{", b"["):
        return ".json"
    return ".yaml" if data and file.suffix != ".csv" else ""


def _is_parsed(form: str, data: bytes) -> bool:
    """Whether the bare parser takes it: it refuses some of what is read, such as a tab in front matter."""
    import yaml

    try:
        _parser(form, data)()
    except (yaml.YAMLError, ValueError, SyntaxError):
        return False
    return True


def _format_of(data: bytes, file: Path, known: Mapping[str, Shape]) -> str:
    try:
        return read_data(data, _shown_as(file), known)[0].format
    except SourceError:
        return ""


def _least(
    data: bytes, file: Path, form: str, known: Mapping[str, Shape], rounds: int
) -> tuple[float, float]:
    """Seconds of reading and of parsing, in turns."""
    name, parse = _shown_as(file), _parser(form, data)
    reading, parsing = [], []
    for _ in range(rounds):
        reading.append(_seconds(lambda: read_data(data, name, known)))
        parsing.append(_seconds(parse))
    return min(reading), min(parsing)


def _seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def _median_figure(name: str, times: list[tuple[float, float, int]]) -> Figure:
    ratio = median(reading / parsing for reading, parsing, _ in times)
    reading, parsing, size = (median(column) for column in zip(*times, strict=True))
    files = f"{len(times)} file{'s' * (len(times) > 1)}"
    title = f"{name}, {files}, {size / 1024:.1f} kB"
    group = "Foreign formats: real files read, against their syntax parsed (medians)"
    return Figure(group, title, duration(reading), duration(parsing), ratio, *at_most(LIMIT, ratio))


def _shown_as(file: Path) -> str:
    return "README.md" if file.suffix == ".md" else file.name


def _parser(suffix: str, data: bytes) -> Callable[[], Any]:
    """What parses the syntax of such a file with the parser that is underneath our own reading."""
    if suffix == ".xml":
        from xml.etree import ElementTree

        return lambda: ElementTree.fromstring(data)  # noqa: S314 - the sample is ours
    if suffix in (".yaml", ".md"):
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        text = data.split(b"\n---", 1)[0] if suffix == ".md" else data
        return lambda: list(yaml.load_all(text, Loader=loader))
    if suffix == ".jsonl":
        lines = data.splitlines()
        return lambda: [json.loads(line) for line in lines if line]
    return lambda: json.loads(data)


if __name__ == "__main__":
    print(table(measure(3 if "--quick" in sys.argv else 31)))

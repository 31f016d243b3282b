"""Reading a file of a foreign format, against parsing its syntax and nothing else.

``python -m benchmarks.reading`` measures this alone. A text of ten manifests is the least that a parser is set up
for, so each sample stands for one real file; the corpus' files are measured as well where it is beside the project.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, at_most, duration, table
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "manifest" / "formats"
LIMIT = 3.0
"""How often its own parsing the reading of a card may take."""


def measure(rounds: int) -> list[Figure]:
    """A figure for the complete sample of every format."""
    from aims_policy.manifest.read import read_data
    from aims_policy.manifest.shape import shapes

    known = shapes()
    figures = []
    for file in sorted(SAMPLES.glob("*/full*/input.*")):
        name, data = ("README.md" if file.suffix == ".md" else file.name), file.read_bytes()
        parse = _parser(file.suffix, data)
        compared = side_by_side(lambda n=name, d=data: read_data(d, n, known), parse, rounds)
        title = f"{file.parent.parent.name} ({file.suffix[1:]}, {len(data) / 1024:.1f} kB)"
        shown = (duration(compared.one), duration(compared.other))
        figures.append(Figure("Foreign formats: read, against their syntax parsed", title, *shown, compared.ratio,
                              *at_most(LIMIT, compared.ratio)))  # fmt: skip
    return figures


def _parser(suffix: str, data: bytes) -> Callable[[], Any]:
    """What parses the syntax of such a file with the parser that is underneath our own reading."""
    if suffix == ".xml":
        from xml.etree import ElementTree

        return lambda: ElementTree.fromstring(data)  # noqa: S314 - the sample is ours
    if suffix in (".yaml", ".md"):
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        text = data.split(b"\n---", 1)[0] if suffix == ".md" else data
        return lambda: yaml.load(text, Loader=loader)  # noqa: S506 - it is the safe one
    if suffix == ".jsonl":
        lines = data.splitlines()
        return lambda: [json.loads(line) for line in lines if line]
    return lambda: json.loads(data)


if __name__ == "__main__":
    print(table(measure(3 if "--quick" in sys.argv else 31)))

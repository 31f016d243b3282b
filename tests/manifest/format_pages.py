"""The pages of ``docs/formats/``, made from what the readers do: ``python -m tests.manifest.format_pages`` writes them.

Every row of a page is an observation: the sample ``tests/manifest/formats/<format>/full*`` was read, and this field of
the file became that evidence. Controls are those of the shipped rules that read it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from aims_policy.api import load_bundle
from aims_policy.language.reading import reads
from aims_policy.manifest.foreign.read import modules
from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.manifest.read import read_data

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "formats"
SAMPLES = Path(__file__).parent / "formats"
NOTE = "<!-- Made from the reader and its full sample by `python -m tests.manifest.format_pages`; do not edit. -->\n"
STRENGTHS = {
    "declared": "declared: people write it by hand",
    "tool": "produced by a tool",
}


def pages() -> dict[str, str]:
    """File name to text, for every format and for the list of them."""
    found = {f"{name}.md": _page(module, name) for module, name in _formats()}
    return {"README.md": _index(), **found}


def main() -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in {p.name for p in PAGES.glob("*.md")} - set(made):
        (PAGES / old).unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")


def _formats() -> Iterator[tuple[Any, str]]:
    for module in modules():
        for name in module.FORMATS:
            yield module, name


def _index() -> str:
    rows = "".join(
        f"| [{module.TITLE}]({name}.md) | `{name}` | {module.VERSIONS or '-'} | {STRENGTHS[module.STRENGTH]} |\n"
        for module, name in _formats()
    )
    return (
        f"{NOTE}\n# Formats that are read as they are\n\n"
        "A file is recognised by its content; `--as NAME` overrides. Each page says which field of the file becomes\n"
        "which evidence, and which controls of Annex A that can help to show. What a file does not say is missing.\n"
        'A list of records, and an API\'s answer around one or several of them (`{"data": …}`), are read as the\n'
        "documents in them, if all are of one format.\n\n"
        f"| format | `--as` | versions | evidence is |\n|---|---|---|---|\n{rows}"
    )


def _page(module: Any, name: str) -> str:
    what = (inspect.getdoc(module) or "").replace("``", "`")
    facts = [f"- `--as {name}`"]
    if module.VERSIONS:
        facts.append(f"- Versions: {module.VERSIONS}")
    facts.append(f"- Its evidence is {STRENGTHS[module.STRENGTH]}.")
    if getattr(module, "EXTRA", ""):
        facts.append(f"- Needs `pip install 'aims-policy[{module.EXTRA}]'`.")
    tables = "".join(f"\n## {kind}\n\n{table}" for kind, table in _tables(name).items())
    return f"{NOTE}\n# {module.TITLE}\n\n{what}\n\n" + "\n".join(facts) + f"\n{tables}"


def _tables(name: str) -> dict[str, str]:
    """By kind of manifest."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for sample in sorted((SAMPLES / name).glob("full*/input.*")):
        for kind, source, native in _observed(name, sample):
            found.setdefault(kind, {}).setdefault((source, native))
    return {kind: _table(kind, rows) for kind, rows in sorted(found.items(), key=lambda k: k[0] != "Model")}


def _table(kind: str, rows: dict[tuple[str, str], None]) -> str:
    lines = [f"| `{source}` | `{native}` | {_controls(kind, native)} |" for source, native in rows]
    return "| in the file | becomes | can help to show |\n|---|---|---|\n" + "\n".join(lines) + "\n"


def _observed(name: str, sample: Path) -> Iterator[tuple[str, str, str]]:
    shown_as = "README.md" if sample.suffix == ".md" else sample.name
    for manifest in read_data(sample.read_bytes(), shown_as, _bundle().shapes):
        assert manifest.format == name, f"{sample} is read as {manifest.format}"
        for native in _leaves(manifest.data, ""):
            source = manifest.locate(native).source_path
            if native != "kind" and source:
                yield manifest.kind, _named(manifest, source), _general(native)


def _named(manifest: Any, source: tuple[str | int, ...]) -> str:
    """The field as its authors know it: in the body of a card that is the section's heading."""
    if source[0] == "body" and len(source) > 1:
        heading = manifest._document.value["body"][source[1]]["heading"]
        return f"## {heading}" if heading else "the text below the title"
    return _general(path_text(source))


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, path_text((*steps_of(path), key)) if path else key)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path


def _general(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path).removesuffix("[]").replace("|", "\\|")


@cache
def _bundle() -> Any:
    return load_bundle(policies=["iso42001"])


@cache
def _reading(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of every shipped rule for a kind: the evidence it reads, and its controls."""
    found = []
    for rule in _bundle().rules:
        if kind in rule.applies_to:
            when, require = _bundle().expressions(rule.id, kind)
            trees = [t.root for t in (when, require) if t is not None]
            found += [(path, rule.controls) for tree in trees for path in reads(tree)]
    return tuple(found)


def _controls(kind: str, native: str) -> str:
    path = native.replace("[]", "")
    named = {
        control
        for read, controls in _reading(kind)
        for control in controls
        if _touches(read.replace("[]", ""), path)
    }
    return ", ".join(sorted(named, key=_order)) or "-"


def _touches(read: str, path: str) -> bool:
    return f"{path}.".startswith(f"{read}.") or f"{read}.".startswith(f"{path}.")


def _order(control: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", control))


if __name__ == "__main__":
    main()

"""``docs/formats.md`` is made by reading the complete sample of every format: what it says is what is read.

``AIMS_UPDATE=1 pytest tests/manifest/test_formats_page.py`` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from aims_policy.manifest.formats_read import FormatRead, formats_read
from aims_policy.manifest.paths import path_text
from aims_policy.manifest.read import read_data

SAMPLES = Path(__file__).parent / "formats"
PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
INTRODUCTION = """\
# Formats that are read

Made from the complete samples in `tests/manifest/formats/`: what stands here is what is read. `aims formats` lists the
formats that are installed, `aims convert FILE` shows what is read from a file of yours, and where it stands in it.
Fields that are not listed are left out, and a note on stderr says which. What stands in a field and is no evidence
(a placeholder, `null`, a text for a number, a value off its scale) is missing, with the reason. `[]` is every entry of
a list.

A `declared` format carries the word of people: cards, bills of materials, registry entries. The other formats are a
`tool`'s own output.
"""
NAMED = ("labels", "hyperparameters")


def leaves(value: Any, steps: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else None
    if items is None:
        return [steps]
    return [leaf for key, item in items for leaf in leaves(item, (*steps, key))]


def general(steps: tuple[str | int, ...]) -> str:
    """The path whatever the entry of a list, and whatever an author's own names are."""
    text = ""
    for index, step in enumerate(steps):
        if isinstance(step, int):
            text += "[]"
        elif index and steps[index - 1] in NAMED:
            text += ".…"
        else:
            text += f".{step}" if text else step
    return text


def source_of(manifest: Any, steps: tuple[str | int, ...]) -> str:
    place = manifest.locate(path_text(steps)).source_path
    if not place:
        return "the name of the file"
    value = manifest._document.value
    if place[0] == "body" and isinstance(value, dict):
        return f"section “{value['body'][place[1]]['heading'].strip()}”"
    return f"`{general(place).removeprefix('front_matter.').replace('|', '¦')}`"


def section(one: FormatRead) -> str:
    [file] = (SAMPLES / one.name / "full").glob("input.*")
    from aims_policy.manifest.shape import shapes

    found: dict[tuple[str, str], None] = {}
    name = "README.md" if file.suffix == ".md" else file.name
    for manifest in read_data(file.read_bytes(), name, shapes()):
        for steps in leaves({k: v for k, v in manifest.data.items() if k != "kind"}):
            found[source_of(manifest, steps), f"{manifest.kind} `{general(steps)}`"] = None
    versions = [f"versions: {one.versions}"] if one.versions else []
    facts = [f"`--as {one.name}`", ", ".join(one.kinds), one.strength, *versions]
    rows = "\n".join(f"| {source} | {native} |" for source, native in found)
    return f"## {one.title}: {one.name}\n\n{'; '.join(facts)}\n\n| there | here |\n|---|---|\n{rows}\n"


def test_the_page_says_what_is_read() -> None:
    sections = [section(one) for one in formats_read() if one.name != "aims"]
    text = "\n".join([INTRODUCTION, *sections])
    if os.environ.get("AIMS_UPDATE") == "1":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text

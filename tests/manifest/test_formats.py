"""Every foreign format against its samples: ``formats/<format>/<case>/input.<suffix>`` and ``expected.json``.

What is expected is all that is read: kind, evidence with its places, gaps with their reasons, notes; or the
diagnostics of a refusal. ``AIMS_UPDATE=1 pytest tests/manifest/test_formats.py`` writes them anew, for review.

The case ``full`` uses every field that the format's reader maps (and ``full-xml``, where a format has two forms). On
it hold the laws further below. Where a format itself ties fields together, ``laws.json`` beside the input says so:

- ``given_by``: native fields (``digest``, ``tests.name``) that a reader derives, so their place shows other text
- ``decides``: fields of the source (by name) that tell what their neighbours mean, so others change without them
- ``instead``: fields of the source (by name) without which another field of the source is read in their place
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from aims_policy.diagnostics import render_all
from aims_policy.manifest.foreign.cursor import folded
from aims_policy.manifest.foreign.read import format_names, modules, read_foreign, recognised
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.paths import path_text
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError
from aims_policy.source.numbers import NotFinite

FORMATS = Path(__file__).parent / "formats"
CASES = sorted(path for path in FORMATS.glob("*/*") if path.is_dir())
FULL = [case for case in CASES if case.name.partition("-")[0] == "full"]
UPDATE = os.environ.get("AIMS_UPDATE") == "1"

# Native fields that readers derive; what they are derived from stands at their place.
DERIVED = frozenset(["metric", "value", "tool", "type", "passed", "higher_is_better", "role", "relation"])


def of(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def input_of(case: Path) -> Path:
    [file] = case.glob("input.*")
    return file


def name_of(file: Path) -> str:
    """The name a file is shown by; a card keeps the name by which cards are known."""
    return "README.md" if file.suffix == ".md" else file.name


def read_case(case: Path, shapes: Any) -> list[Manifest]:
    file = input_of(case)
    return read_data(file.read_bytes(), name_of(file), shapes)


def plain(value: Any) -> Any:
    """Evidence as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return value.isoformat() if isinstance(value, datetime) else value


def leaves(value: Any, steps: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*steps, key))]
    if isinstance(value, tuple):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*steps, index))]
    return [(steps, value)]


def evidence_of(manifest: Manifest) -> list[tuple[tuple[str | int, ...], Any]]:
    return [leaf for leaf in leaves(manifest.data) if leaf[0] != ("kind",)]


def shown(manifest: Manifest) -> dict[str, Any]:
    evidence = {}
    for steps, value in evidence_of(manifest):
        place = manifest.locate(path_text(steps))
        evidence[path_text(steps)] = [plain(value), f"{place.line}:{place.column}"]
    return {
        "format": manifest.format,
        "kind": manifest.kind,
        "evidence": evidence,
        "gaps": {path: [gap.reason, f"{gap.line}:{gap.column}"] for path, gap in manifest.missing.items()},
        "notes": [note.message for note in manifest.notes],
    }


def outcome(case: Path, shapes: Any) -> Any:
    try:
        return [shown(manifest) for manifest in read_case(case, shapes)]
    except SourceError as error:
        lines = render_all(error.diagnostics).splitlines()
        return {
            "refused": [line for line in lines if "help: recognised are" not in line]
        }  # it lists all formats


def is_refused(case: Path) -> bool:
    expected = case / "expected.json"  # not yet there where it is about to be written
    return expected.exists() and "refused" in json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=of)
def test_case(case: Path, shapes: Any) -> None:
    found, expected = outcome(case, shapes), case / "expected.json"
    if UPDATE:
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_every_format_has_a_full_sample() -> None:
    assert {case.parent.name for case in FULL} == set(format_names()) - {"aims"}


@pytest.mark.parametrize("case", FULL, ids=of)
def test_a_full_sample_is_read_as_its_format_and_by_no_other(case: Path, shapes: Any) -> None:
    manifests = read_case(case, shapes)
    assert {manifest.format for manifest in manifests} == {case.parent.name}
    document = manifests[0]._document
    assert [name for module in modules() if (name := module.detect(document))] == [case.parent.name]


@pytest.mark.parametrize("case", [case for case in CASES if not is_refused(case)], ids=of)
def test_what_has_none_of_a_formats_keys_is_not_of_it(case: Path, shapes: Any) -> None:
    """Who has `KEYS` is not asked of such a mapping, and would say the same."""
    file = input_of(case)
    document = read_case(case, shapes)[0]._document
    for module in modules():
        keys = getattr(module, "KEYS", None)
        if keys is None or type(document.value) is not dict:
            continue
        without = {name: item for name, item in document.value.items() if folded(name) not in keys}
        assert module.detect(SimpleNamespace(value=without, file=file.name)) == ""


# --- Laws ---------------------------------------------------------------------------------------------------------


class Laws(NamedTuple):
    given_by: frozenset[str]
    decides: frozenset[str]
    instead: frozenset[str]


def laws_of(case: Path) -> Laws:
    file = case / "laws.json"
    told = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Laws(*(frozenset(told.get(field, ())) for field in Laws._fields))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def shows(text: str, value: Any) -> bool:
    """Whether a piece of the file is the value, whatever the quoting, folding and escapes around it."""
    if isinstance(value, bool):
        return text.strip().strip("\"'").casefold() in (
            ("true", "yes", "1") if value else ("false", "no", "0")
        )
    if isinstance(value, Decimal):
        try:
            return Decimal(text.strip().strip("\"'").strip()) == value
        except ArithmeticError:
            return False
    if isinstance(value, datetime):
        return f"{value.year}" in text
    with contextlib.suppress(ValueError):
        text = str(json.loads(text))
    return set(words(value)) <= set(words(text))


def text_at(manifest: Manifest, path: str) -> str:
    document, place = manifest._document, manifest.locate(path)
    span = document.span(place.source_path)
    if span[:2] != place[1:3]:
        span = document.key_span(place.source_path)
    assert span[:2] == place[1:3]
    lines = [document.line(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def is_derived(steps: tuple[str | int, ...], derived: frozenset[str]) -> bool:
    """By the name of the field, or by it and the names above it: ``tests.name``."""
    dotted = "." + ".".join(step for step in steps if isinstance(step, str))
    return any(dotted.endswith(f".{name}") or f".{name}." in dotted for name in derived)


@pytest.mark.parametrize("case", FULL, ids=of)
def test_evidence_points_at_the_text_it_came_from(case: Path, shapes: Any) -> None:
    derived = DERIVED | laws_of(case).given_by
    compared, astray = 0, []
    for manifest in read_case(case, shapes):
        for steps, value in evidence_of(manifest):
            path = path_text(steps)
            origin = manifest.locate(path).source_path
            assert origin or steps == ("metadata", "name"), f"{path} has no place"
            if origin and not is_derived(steps, derived):
                compared += 1
                if not shows(text_at(manifest, path), value):
                    astray.append((path, value, text_at(manifest, path)[:100]))
    assert compared >= 1
    assert not astray


class Edited:
    """A document with one field left out; the places of what is left are asked of the whole one."""

    def __init__(self, document: Any, value: Any) -> None:
        self.document = document
        self.value = value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.document, name)


def fields_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in [(*path, key), *fields_of(item, (*path, key))]]
    if isinstance(value, list):
        return [p for index, item in enumerate(value) for p in fields_of(item, (*path, index))]
    return []


def without(value: Any, path: tuple[str | int, ...]) -> Any:
    edited = copy.deepcopy(value)
    holder = edited
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return edited


Told = Counter[tuple[Any, ...]]


def told(manifests: list[Manifest]) -> Told:
    """Evidence as (where it came from, native field, value); indices say nothing where entries may go."""
    return Counter(
        (manifest.locate(path_text(steps)).source_path, [s for s in steps if isinstance(s, str)][-1], value)
        for manifest in manifests
        for steps, value in evidence_of(manifest)
        if steps != ("metadata", "name") or manifest.locate(path_text(steps)).source_path
    )


@pytest.mark.parametrize("case", FULL, ids=of)
def test_a_field_left_out_takes_its_own_evidence_along_and_nothing_else(case: Path, shapes: Any) -> None:
    laws = laws_of(case)
    whole = read_case(case, shapes)
    before, document = told(whole), whole[0]._document
    tried, broken = 0, []
    for path in fields_of(document.value):
        if not isinstance(path[-1], str) or path[-1].startswith("#") or path[0] == "body":
            continue
        edited = Edited(document, without(document.value, path))
        try:
            after = told(read_foreign(edited, shapes, *recognised(edited, case.parent.name)))
        except SourceError:
            continue  # the frame of the format, without which the file is none of it
        tried += 1
        own = Counter({key: n for key, n in before.items() if key[0][: len(path)] == path})
        broken += [f"without {path} there is still {key}" for key in after if key[0][: len(path)] == path]
        if path[-1] not in laws.instead | laws.decides:
            broken += [f"without {path} there is also {key}" for key in after - before]
        if path[-1] not in laws.decides:
            # What a report says once is evidence of each result, and of fewer results where one goes.
            broken += [
                f"without {path} there is no {key}" for key in before.keys() - own.keys() - after.keys()
            ]
    assert tried >= 3
    assert not broken, "\n".join(broken)


# --- Whatever stands in a field: manifests or a diagnostic, never a traceback --------------------------------------

ODD = [
    *(None, True, 3, Decimal("-1.5"), 10**30, "", "TODO", "x" * 300, "NaN", NotFinite("NaN"), NotFinite("-Infinity")),
    *([], {}, [None], [[]], [{}], {"a": None}, ["TODO", "b"], {"name": 3}, [1, 2, 3], {"a": {"b": {"c": []}}}),
]  # fmt: skip


def places_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *[place for key, item in pairs for place in places_of(item, (*path, key))]]


def mutated(value: Any, dice: random.Random) -> Any:
    edited = copy.deepcopy(value)
    for _ in range(dice.randint(1, 3)):
        path = dice.choice(
            [path for path in places_of(edited) if path and path[0] != "body" and path != ("front_matter",)]
            or [()]
        )
        if path:
            holder = edited
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = copy.deepcopy(dice.choice(ODD))
    return edited


def check_whole(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        assert manifest.name and manifest.kind
        assert all(gap.line > 0 and gap.reason for gap in manifest.missing.values())
        assert all(manifest.locate(path_text(steps)).line > 0 for steps, _ in evidence_of(manifest))
        assert not any(isinstance(value, NotFinite | float) for _, value in evidence_of(manifest))


@pytest.mark.parametrize("case", FULL, ids=of)
def test_odd_values_in_any_field_crash_nothing(case: Path, shapes: Any) -> None:
    dice = random.Random(case.parent.name)  # noqa: S311 - repeatable, and no secret
    document, seen = read_case(case, shapes)[0]._document, 0
    for _ in range(80):
        try:
            edited = Edited(document, mutated(document.value, dice))
            check_whole(read_foreign(edited, shapes, *recognised(edited, case.parent.name)))
        except SourceError as error:
            assert all(problem.line > 0 and problem.message for problem in error.diagnostics)
            continue
        seen += 1
    assert seen >= 5


@pytest.mark.parametrize("name", [name for name in format_names() if name != "aims"])
def test_a_format_asked_for_on_any_other_content_crashes_nothing(name: str, shapes: Any) -> None:
    documents = [read_case(case, shapes)[0]._document for case in FULL]
    for document in [*documents, *[Edited(documents[0], odd) for odd in ODD]]:
        try:
            check_whole(read_foreign(document, shapes, *recognised(document, name)))
        except SourceError as error:
            assert all(problem.line > 0 for problem in error.diagnostics)

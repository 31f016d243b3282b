"""A manifest as a native one, in YAML that says where each value came from and what is missing.

What is written reads back as the same evidence: texts are quoted where YAML would take them for something else, numbers
keep their digits, and what was given but is no evidence is a comment and not a value.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import safe
from aims_policy.manifest.native.blanks import Notes, blanks
from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.manifest.paths import Steps

_PLAIN = re.compile(r"[A-Za-z][\w./@+:,()-]*(?: [\w./@+:,()-]+)*", re.ASCII)
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_NAMED_RULES = 2
_INDEX = re.compile(r"\[\d+\]")
_HOW_TO = "# To fill in: replace TODO by what is true and take away the `# ` before it. A TODO that stays is missing."
_TIER_FIRST = "# Say `risk.tier` first: until then the limits are those of the strictest tier."


class Wanted(NamedTuple):
    """What is to be filled in."""

    asked: Mapping[str, Sequence[str]]
    """By path of evidence (``approvals[].date``) the ids of the rules that read it."""
    demands: Mapping[str, str] = MappingProxyType({})
    """By path, what is asked of the value."""
    said: Mapping[Steps, str] = MappingProxyType({})
    """Where a value comes from, if not from the document."""
    opened: bool = False
    """Whether blanks are lines of the manifest, and not remarks in it; a native one then loses its own places, and
    how to go about it is said elsewhere."""


class _Page(NamedTuple):
    """What is written, and by mapping what is to be said beside it: remarks, and what is to be filled in."""

    manifest: Manifest
    wanted: Wanted
    remarks: Mapping[Steps, Sequence[str]]
    blanks: Mapping[Steps, Sequence[str]]


def native_tree(manifest: Manifest) -> dict[str, Any]:
    """The document of a native manifest with the same evidence: its values are those of `Manifest.data`."""
    data = manifest.data
    spec = {name: value for name, value in data.items() if name not in ("metadata", "kind")}
    tree: dict[str, Any] = {"apiVersion": "aims/v1", "kind": manifest.kind, "metadata": data["metadata"]}
    return {**tree, "spec": spec} if spec else tree


def native_yaml(manifest: Manifest, asked: Mapping[str, Sequence[str]] | Wanted) -> str:
    """One YAML document. `asked` is, by path of evidence (``approvals[].date``), the ids of the rules that read it.

    >>> from aims_policy.manifest.read import read_data
    >>> from aims_policy.manifest.native.shape import shapes
    >>> [manifest] = read_data(b'{"bomFormat": "CycloneDX", "components": [{"type": "data", "name": "loans"}]}',
    ...                        "bom.json", shapes())
    >>> print(native_yaml(manifest, {"content.records": ("A.7.4/enough",)}), end="")
    # To fill in: replace TODO by what is true and take away the `# ` before it. A TODO that stays is missing.
    # Say `risk.tier` first: until then the limits are those of the strictest tier.
    apiVersion: aims/v1
    kind: Dataset
    metadata:
      name: loans  # from bom.json:1
    spec:
      # content:
      #   records: TODO  # Number of records; whole number, at least 0 (A.7.4/enough)
    """
    wanted = asked if isinstance(asked, Wanted) else Wanted(asked)
    page = _Page(manifest, wanted, _remarks(manifest), _blanks(manifest, wanted))
    tree = native_tree(manifest)
    lines = _how_to(manifest.data, page)
    lines += [f"apiVersion: {tree['apiVersion']}", f"kind: {tree['kind']}", "metadata:"]
    lines += _mapping(tree["metadata"], 2, page, ("metadata",))
    spec = _mapping(tree.get("spec", {}), 2, page, ())
    return "\n".join([*lines, *(["spec:"] if spec else []), *spec]) + "\n"


def _how_to(data: Mapping[str, Any], page: _Page) -> list[str]:
    if page.wanted.opened or not page.blanks:
        return []
    return [_HOW_TO] if "tier" in data.get("risk", ()) else [_HOW_TO, _TIER_FIRST]


def missing_paths(data: Mapping[str, Any], asked: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, pattern) for what was asked for and is not there; each entry of a list that is there is looked at.

    >>> list(missing_paths({"risk": {"entries": ({"id": "R1"}, {})}}, ["risk.entries[].id", "risk.tier"]))
    [('risk.entries[1].id', 'risk.entries[].id'), ('risk.tier', 'risk.tier')]
    """
    for pattern in asked:
        parts = pattern.split("[]")
        for path in _absent(data, parts, ""):
            yield path, pattern


def _absent(value: Any, parts: list[str], before: str) -> Iterator[str]:
    """Below a value, the paths by the parts of a pattern that lead to nothing."""
    steps = steps_of(parts[0])
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            yield before + "[]".join(parts)
            return
        value = value[step]
    here = before + parts[0]
    if len(parts) > 1 and isinstance(value, tuple):
        for index, item in enumerate(value):
            if parts[1]:
                yield from _absent(item, parts[1:], f"{here}[{index}]")


def _remarks(manifest: Manifest) -> dict[Steps, list[str]]:
    """By the mapping that they stand in, remarks on what was given and is no evidence."""
    found: dict[Steps, list[str]] = {}
    for path, gap in manifest.missing.items():
        told = f"no evidence: {safe(path)}, {safe(gap.reason)} ({safe(gap.file)}:{gap.line})"
        found.setdefault(_home(manifest.data, path)[0], []).append(told)
    return found


def _blanks(manifest: Manifest, wanted: Wanted) -> dict[Steps, list[str]]:
    """By the mapping that they stand in, lines to fill in."""
    lacking: dict[tuple[Steps, str], dict[str, str]] = {}
    for path, pattern in missing_paths(manifest.data, wanted.asked):
        home, mapping, rest = _home(manifest.data, path)
        if _first(rest) not in mapping:  # else what stands there has a shape that nothing can be written into
            lacking.setdefault((home, _first(rest)), {})[rest] = _rules(wanted.asked[pattern])
    found: dict[Steps, list[str]] = {}
    for (home, _), rules in lacking.items():
        below = path_text(home)
        notes = Notes(_from(below, wanted.demands), rules)
        found.setdefault(home, []).extend(blanks(manifest.kind, rules, notes, below))
    return found


def _from(home: str, demands: Mapping[str, str]) -> dict[str, str]:
    """The demands below a place, by the path from there.

    >>> _from("risk.entries[1]", {"risk.entries[].measures": "at least 2 of them", "risk.method": "short"})
    {'measures': 'at least 2 of them'}
    """
    start = _INDEX.sub("[]", home)
    inside = (f"{start}.", f"{start}[") if start else ("",)
    return {p.removeprefix(start).removeprefix("."): d for p, d in demands.items() if p.startswith(inside)}


def _first(path: str) -> str:
    return str(steps_of(path)[0])


def _home(data: Mapping[str, Any], path: str) -> tuple[Steps, Mapping[str, Any], str]:
    """The innermost mapping on a path that is there, as path and as value, and the path from there.

    >>> _home({"risk": {"entries": ({"id": "R1"},)}}, "risk.entries[0].treatment")
    (('risk', 'entries', 0), {'id': 'R1'}, 'treatment')
    >>> _home({}, "approvals[].date")
    ((), {}, 'approvals[].date')
    """
    steps = steps_of(path.partition("[]")[0])
    here: Any = data
    home, mapping = 0, data
    for count, step in enumerate(steps[:-1], 1):
        if isinstance(here, dict):
            here = here.get(str(step))
        elif isinstance(here, tuple) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            break
        if isinstance(here, dict) and here:
            home, mapping = count, here
    return steps[:home], mapping, path.removeprefix(path_text(steps[:home])).removeprefix(".")


def _rules(ids: Sequence[str]) -> str:
    more = len(ids) - _NAMED_RULES
    return ", ".join(safe(i) for i in ids[:_NAMED_RULES]) + (f" and {more} more" if more > 0 else "")


def _mapping(value: Mapping[str, Any], indent: int, page: _Page, path: Steps) -> list[str]:
    """The entries, and below them what is to be told of the mapping or written into it."""
    pad = " " * indent
    lines = [line for key, item in value.items() for line in _entry(key, item, indent, page, (*path, key))]
    lines += [f"{pad}# {remark}" for remark in page.remarks.get(path, ())]
    before = pad if page.wanted.opened else f"{pad}# "
    return [*lines, *(f"{before}{blank}" for blank in page.blanks.get(path, ()))]


def _entry(key: str, value: Any, indent: int, page: _Page, path: Steps) -> list[str]:
    return _after(f"{' ' * indent}{_text(key)}:", value, indent, page, path)


def _after(head: str, value: Any, indent: int, page: _Page, path: Steps) -> list[str]:
    """The lines of a value behind its key or dash."""
    if isinstance(value, dict) and value:
        return [head, *_mapping(value, indent + 2, page, path)]
    if isinstance(value, tuple | list) and value:
        lines = [head]
        for index, item in enumerate(value):
            lines += _item(item, indent + 2, page, (*path, index))
        return lines
    source = _source(page, path)
    if isinstance(value, str) and _is_block(value):
        pad = " " * (indent + 2)
        return [f"{head} |-{source}", *(f"{pad}{line}" if line else "" for line in value.split("\n"))]
    return [f"{head} {_scalar(value)}{source}"]


def _item(value: Any, indent: int, page: _Page, path: Steps) -> list[str]:
    if not isinstance(value, dict) or not value:
        return _after(f"{' ' * indent}-", value, indent, page, path)
    lines = _mapping(value, indent + 2, page, path)
    return [f"{' ' * indent}- {lines[0].lstrip(' ')}", *lines[1:]]


def _source(page: _Page, path: Steps) -> str:
    if path in page.wanted.said:
        return f"  # {page.wanted.said[path]}"
    if page.wanted.opened and page.manifest.format == "aims":
        return ""
    if path[0] == "evidence" and page.manifest.format != "aims":
        return ""  # files that were handed over: no card lists any
    place = page.manifest.locate(path_text(path))
    return (
        f"  # from {safe(place.file)}:{place.line}" if place.source_path else "  # from the name of the file"
    )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if -20 < value.adjusted() < 20 else str(value)
    if isinstance(value, datetime):
        return f'"{value.isoformat().replace("+00:00", "Z")}"'
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """A text as YAML, plain where that can mean nothing else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and ": " not in text and not text.endswith(":"):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is: nothing in it that a block would lose or misread."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and all(line == line.strip() and line.isprintable() for line in lines)
        and bool(lines[0] and lines[-1])
    )

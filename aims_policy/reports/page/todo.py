"""Missing evidence as a list of what to write: by section, each path once, with the rules that ask for it.

What most rules wait for stands first.

A few paths get a line each. Of many, those of a section share a line, so that a card in which nearly
everything is missing reads as one page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.catalog.identifiers import natural_key
from aims_policy.diagnostics import cells, safe
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports.page.layout import columns, hang, pad, wrap
from aims_policy.reports.page.values import amount, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Finding, Gap
    from aims_policy.reports.page.layout import Paint

ABSENT = "absent"
_LINE_EACH = 15
_MOST_NAMES = 24
_MOST_CONTROLS = 4
_INDEX = re.compile(r"\[(\d+)\]")
TITLES = {
    "deny": ("red", "Evidence to add, without which this fails"),
    "warn": ("yellow", "Evidence to add (warns)"),
    "audit": ("blue", "Evidence to add (audited)"),
}


class Want(NamedTuple):
    """One path that is to be given, whatever the number of rules and of list items that ask for it."""

    section: str
    name: str  # the path within the section
    reason: str
    place: str
    rules: tuple[str, ...]
    controls: tuple[str, ...]
    enforcement: str  # the worst of the rules that ask

    @property
    def path(self) -> str:
        """From the top of the manifest."""
        return self.section if self.name == self.section else f"{self.section}.{self.name}"


def todo(findings: Iterable[Finding], width: int, paint: Paint) -> list[str]:
    """The list, what denies first."""
    wanted = wants(findings)
    lines: list[str] = []
    for enforcement, (style, title) in TITLES.items():
        part = [w for w in wanted if w.enforcement == enforcement]
        if part:
            rules = {rule for want in part for rule in want.rules}
            counted = f"{amount(len(part), 'field')}, asked for by {amount(len(rules), 'rule')}"
            lines += ["", *hang(title, counted, width, 0, paint, style), ""]
            lines += _each(part, width) if len(part) <= _LINE_EACH else _by_section(part, width, paint)
    return lines


def wants(findings: Iterable[Finding]) -> list[Want]:
    """Every missing path once; the section that most rules wait for comes first, so that an hour's work helps most."""
    asked: dict[tuple[str, str], list[tuple[Finding, Gap]]] = {}
    for finding in findings:
        for gap in finding.missing:
            path = _INDEX.sub("[]", gap.path)
            asked.setdefault((path, gap.reason), []).append((finding, gap))
    found = [_want(path, reason, askers) for (path, reason), askers in asked.items()]
    waiting: dict[str, set[str]] = {}
    for want in found:
        waiting.setdefault(want.section, set()).update(want.rules)
    order = sorted(waiting, key=lambda section: -len(waiting[section]))  # equals as the rules meet them
    return sorted(found, key=lambda w: order.index(w.section))


def _want(path: str, reason: str, askers: Sequence[tuple[Finding, Gap]]) -> Want:
    section, _, name = path.partition(".")
    order = ("deny", "warn", "audit")
    worst = min(
        (f.enforcement for f, _ in askers), key=lambda e: order.index(e) if e in order else len(order)
    )
    gap = askers[0][1]
    return Want(
        section=section,
        name=_numbered(name or section, [g.path for _, g in askers]),
        reason=reason,
        place=place(gap.file, gap.line) if reason != ABSENT and gap.line else "",
        rules=tuple(dict.fromkeys(f.rule for f, _ in askers)),
        controls=tuple(sorted({c for f, _ in askers for c in f.controls[:1]}, key=natural_key)),
        enforcement=worst if worst in order else "audit",
    )


def _numbered(name: str, paths: Sequence[str]) -> str:
    """The indices put back: one as it is, several as their number.

    >>> _numbered("sources[].digest", ["provenance.sources[2].digest"])
    'sources[2].digest'
    >>> _numbered("sources[].digest", ["p.sources[2].digest", "p.sources[5].digest"])
    'sources[].digest (2 of them)'
    """
    distinct = list(dict.fromkeys(paths))
    if "[]" not in name:
        return name
    if len(distinct) > 1:
        return f"{name} ({len(distinct)} of them)"
    for index in _INDEX.findall(distinct[0])[-name.count("[]") :]:
        name = name.replace("[]", f"[{index}]", 1)
    return name


def _each(wanted: Sequence[Want], width: int) -> list[str]:
    rows = [(safe(w.path), safe(f"{w.reason}  {w.place}".strip()), safe(", ".join(w.rules))) for w in wanted]
    return columns(rows, width, 2)


def _by_section(wanted: Sequence[Want], width: int, paint: Paint) -> list[str]:
    """A paragraph for each section and reason: the names, what stands there instead, the controls."""
    groups: dict[tuple[str, str], list[Want]] = {}
    for want in wanted:
        groups.setdefault((want.section, want.reason), []).append(want)
    gutter = min(24, max(cells(section) for section, _ in groups))
    lines: list[str] = []
    before = ""
    for (section, reason), mine in groups.items():
        head = safe(section) if section != before else ""
        before = section
        body = wrap(_sentence(mine, reason), width - gutter - 4) or [""]
        lines.append(f"  {paint('bold', pad(head, gutter))}  {body[0]}")
        lines += [" " * (gutter + 4) + line for line in body[1:]]
    return lines


def _sentence(mine: Sequence[Want], reason: str) -> str:
    names = list(dict.fromkeys(w.name if w.name != w.section else "(all of it)" for w in mine))
    if len(names) > _MOST_NAMES or reason.startswith(
        "no "
    ):  # a whole document is missing: its sections say enough
        names = list(dict.fromkeys(re.split(r"[.\[]", n)[0] for n in names))
    places = [w.place for w in mine if w.place]
    shown = ", ".join(places[:4]) + (f" and {len(places) - 4} more" if len(places) > 4 else "")
    instead = "" if reason == ABSENT else f": {reason}" + (f" ({shown})" if shown else "")
    controls = sorted({c for w in mine for c in w.controls}, key=natural_key)
    more = f" and {len(controls) - _MOST_CONTROLS} more" if len(controls) > _MOST_CONTROLS else ""
    return f"{', '.join(names)}{instead} [{', '.join(controls[:_MOST_CONTROLS])}{more}]"

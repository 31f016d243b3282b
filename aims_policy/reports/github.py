"""Workflow commands for GitHub Actions: annotations on the lines of a pull request, the worst first.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others without a word. So what is
beyond that is listed in the log, and the last notice says how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.reports.ci.items import asset_of, in_order_of_weight, items, unread
from aims_policy.reports.ci.wording import sentence
from aims_policy.reports.page.values import amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View
    from aims_policy.reports.ci.items import Item

MOST = 10  # of each command, in one step
_COMMANDS = {"deny": "error", "warn": "warning", "audit": "notice"}


def report(decisions: Iterable[Decision], view: View) -> str:
    """Annotations, then a line for each finding that has none, then one for each verdict."""
    found, verdicts, told = list(unread(view)), [], []
    for decision in decisions:
        found += items(decision, view)
        told += [n for n in decision.notices if n.severity != "note"]
        verdicts.append(_verdict(decision))
    annotated, left = _chosen(in_order_of_weight(found))
    lines = [_annotation(item) for item in annotated]
    if left:
        text = f"{amount(len(left), 'finding')} more than GitHub shows: the log of this step lists them."
        lines.append(_command("notice", {"title": "aims_policy"}, text))
    lines += [_plain(_listed(item)) for item in left]
    lines += [_plain(_notice(n)) for n in _once(told)]
    return "".join(f"{line}\n" for line in [*lines, *verdicts])


def _chosen(found: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Those that GitHub will show, and the others; one notice is kept for the number of the others."""
    annotated: list[Item] = []
    left: list[Item] = []
    room = {"error": MOST, "warning": MOST, "notice": MOST - 1}
    for item in found:
        command = _COMMANDS[item.enforcement]
        (annotated if room[command] else left).append(item)
        room[command] -= bool(room[command])
    return annotated, left


def _annotation(item: Item) -> str:
    place = item.place
    properties = {"title": item.title}
    if place.file and not place.file.startswith("<"):
        properties |= {"file": place.file, "line": str(place.line)}
        if place.column:
            properties["col"] = str(place.column)
    return _command(_COMMANDS[item.enforcement], properties, "\n".join(item.lines))


def _command(name: str, properties: dict[str, str], text: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in sorted(properties.items()))
    return f"::{name} {given}::{_data(text)}"


def _data(text: str) -> str:
    """As ``@actions/core`` escapes a message; and the older form of a command, which may stand anywhere in a line."""
    kept = "\n".join(safe(line) for line in text.split("\n")).replace("##[", "# #[")
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(line: str) -> str:
    """A line of the log that no runner takes for a command."""
    return line.replace("##[", "# #[")


def _listed(item: Item) -> str:
    return f"aims: {item.enforcement} {item.title} at {item.place}: {item.lines[0]}"


def _notice(notice: Diagnostic) -> str:
    at = f"{safe(notice.file)}:{max(1, notice.line)}: " if notice.file else ""
    return f"aims: {at}{notice.severity}: {sentence(notice.message)}"


def _once(told: Iterable[Diagnostic]) -> list[Diagnostic]:
    from aims_policy.diagnostics import in_order

    return in_order(told)


def _verdict(decision: Decision) -> str:
    text = f"{asset_of(decision)} in {safe(decision.environment)}: {sentence(decision.reason)}"
    return _plain(f"aims: {decision.verdict.upper()} {text}")

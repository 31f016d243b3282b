"""Workflow commands for GitHub Actions: annotations on the lines of a pull request, the worst first.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the others without a word. So what is
beyond that is listed in the log, and the last notice says how many there are.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from aims_policy.diagnostics import in_order, safe
from aims_policy.reports.ci.items import asset_of, items, unread, weight
from aims_policy.reports.ci.wording import sentence
from aims_policy.reports.page.values import amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View
    from aims_policy.reports.ci.items import Item

MOST = 10  # of each command, in one step
_COMMANDS = {"deny": "error", "warn": "warning", "audit": "notice"}


def report(decisions: Sequence[Decision], view: View) -> str:
    """Annotations, then for each decision its findings that have none and its verdict, then what is noted."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """The lines. Decisions are gone through twice, as the worst findings come first."""
    return (f"{line}\n" for line in _lines(decisions, view))


def _lines(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    chosen, count = _chosen(i for _, i in _all(decisions, view) if i is not None)
    yield from (_annotation(item) for _, item in chosen)
    if count > len(chosen):
        text = f"{amount(count - len(chosen), 'finding')} more than GitHub shows: the log of this step lists them."
        yield _command("notice", {"title": "aims_policy"}, text)
    annotated = {number for number, _ in chosen}
    noticed: set[Diagnostic] = set()
    number = -1
    for decision, item in _all(decisions, view):
        number += item is not None
        if item is not None and number not in annotated:
            yield _plain(_listed(item))
        if item is None and decision is not None:
            yield _verdict(decision)
            noticed.update(n for n in decision.notices if n.severity != "note")
    yield from (_plain(_notice(n)) for n in in_order(noticed))


def _all(decisions: Sequence[Decision], view: View) -> Iterator[tuple[Decision | None, Item | None]]:
    """What could not be read, then each decision's items, and after them the decision without one."""
    yield from ((None, item) for item in unread(view))
    for decision in decisions:
        yield from ((decision, item) for item in items(decision, view))
        yield decision, None


def _chosen(found: Iterator[Item]) -> tuple[list[tuple[int, Item]], int]:
    """Those that GitHub will show, the worst first, with their numbers; and how many there are.

    One notice is kept for the number of the others.
    """
    room = {"error": MOST, "warning": MOST, "notice": MOST - 1}
    kept: dict[str, list[tuple[tuple[int, int], int, Item]]] = {command: [] for command in room}
    number = -1
    for number, item in enumerate(found):
        command = _COMMANDS[item.enforcement]
        insort(kept[command], (weight(item), number, item))
        del kept[command][room[command] :]
    return [(n, item) for command in room for _, n, item in kept[command]], number + 1


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


def _verdict(decision: Decision) -> str:
    text = f"{asset_of(decision)} in {safe(decision.environment)}: {sentence(decision.reason)}"
    return _plain(f"aims: {decision.verdict.upper()} {text}")

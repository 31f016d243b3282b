"""Changes for people: what fails now first, each with the rules that did it and what brought it about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.watching.compare import AssetChange, Changes, RuleChange

CAUSES = {
    "manifest": "its manifest or evidence on it has changed",
    "bundle": "policies, appetite or waivers have changed",
    "context": "what it is built from, or the organization's profile, fares otherwise by now",
    "engine": "another version of the engine decides",
    "time": "nothing has changed but the date",
}
_FEW = 12
_COLORS = {"fail": "\x1b[1;31m", "pass": "\x1b[1;32m"}
_PLAIN = "\x1b[0m"


def page(changes: Changes, *, color: bool = False) -> str:
    """The text of a look: one line where nothing flipped."""
    return "\n".join(_lines(changes, color)) + "\n"


def _lines(changes: Changes, color: bool) -> Iterator[str]:
    yield _headline(changes)
    for file in changes.unread_since:
        yield f"  unread        {safe(file)}: no decision is possible"
    for file in changes.read_again:
        yield f"  read again    {safe(file)}"
    for change in changes.assets:
        yield ""
        yield from _asset(change, color)


def _headline(changes: Changes) -> str:
    now = changes.now
    failing = sum(a.verdict != "pass" for a in now.assets.values())
    counted = f"{len(now.assets)} asset{'s' if len(now.assets) != 1 else ''}, {failing} failing"
    if now.unread:
        counted += f", {len(now.unread)} unread"
    if not changes.since:
        return f"{now.at}  {safe(now.environment)}  {counted}; first look, later ones are compared with it"
    flipped = len(changes.assets)
    said = "nothing flipped" if changes.nothing else f"{flipped} {'are' if flipped != 1 else 'is'} other"
    return f"{now.at}  {safe(now.environment)}  {counted}; {said} since {changes.since}"


def _asset(change: AssetChange, color: bool) -> Iterator[str]:
    verdict = _verdict(change)
    start, end = (_COLORS.get(change.after, ""), _PLAIN) if color else ("", "")
    yield f"{start}{verdict:<14}{end if start else ''}{safe(change.asset)}"
    for cause in change.causes:
        yield f"  because     {CAUSES[cause]}"
    for rule in change.rules[:_FEW]:
        yield f"  {_rule(rule)}"
    if len(change.rules) > _FEW:
        yield f"  … and {len(change.rules) - _FEW} more rules; --format json lists them"


def _verdict(change: AssetChange) -> str:
    if not change.before:
        return f"NEW {change.after.upper()}"
    if not change.after:
        return "GONE"
    return (
        f"{change.before.upper()} → {change.after.upper()}"
        if change.before != change.after
        else f"STILL {change.after.upper()}"
    )


def _rule(change: RuleChange) -> str:
    state = change.after or change.before
    doing = f"{_state(change.before)} → {_state(change.after)}"
    place = ""
    if change.after is not None:
        place = f"  {safe(change.after.file)}" + (f":{change.after.line}" if change.after.line else "")
    title = safe(state.title) if state is not None else ""
    return f"{safe(change.rule):<44}  {doing}{place}\n              {title}"


def _state(state: object) -> str:
    from aims_policy.watching.snapshot import FindingState

    if not isinstance(state, FindingState):
        return "pass"
    waived = f", waived by {safe(state.waiver)}" if state.waiver else ""
    return f"{state.outcome} ({state.enforcement}{waived})"

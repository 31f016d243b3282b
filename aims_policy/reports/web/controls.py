"""What an auditor asks first: control by control, which assets show it, which do not, and what is waived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog.identifiers import natural_key
from aims_policy.reports.web.markup import Html, joined, shortened, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.decision.record import Decision, Finding

_WORST_FIRST = ("deny", "warn", "waived", "pass")
_WORDS = {
    "deny": ("deny", "denied for"),
    "warn": ("warn", "warned of or audited for"),
    "waived": ("warn", "waived for"),
    "pass": ("pass", "shown by"),
}
_MOST = 30
_LONGEST = 80


class Standing:
    """How each control stands with the assets that were decided."""

    def __init__(self) -> None:
        self._states: dict[str, dict[int, str]] = {}
        self._waivers: dict[str, dict[str, None]] = {}

    def add(self, number: int, decision: Decision) -> None:
        """Count a decision in; ``number`` is its place on the page."""
        for finding in decision.findings:
            if finding.outcome == "not_applicable":
                continue
            state = _state(finding)
            for control in finding.controls:
                mine = self._states.setdefault(control, {})
                mine[number] = min(state, mine.get(number, state), key=_WORST_FIRST.index)
                if finding.waiver is not None:
                    used = f"{finding.waiver.id} by {finding.waiver.approver}, until {finding.waiver.expires}"
                    self._waivers.setdefault(control, {})[used] = None

    def table(self, assets: Sequence[str], titles: Mapping[str, str]) -> list[Html]:
        """The table of all controls; ``assets`` are the names of the decisions by their numbers, from 1."""
        controls = sorted({*titles, *self._states}, key=natural_key)
        if not controls:
            return []
        head = tag("tr", tag("th", "control"), tag("th", "how it stands"))
        rows = [self._row(control, titles.get(control, ""), assets) for control in controls]
        shown = sum(1 for states in self._states.values() if set(states.values()) == {"pass"})
        said = f"By control: {shown} of {len(controls)} shown by every asset that they are asked of"
        return [
            tag("h2", said),
            tag("table", tag("thead", head), tag("tbody", *rows), class_="controls"),
        ]

    def _row(self, control: str, title: str, assets: Sequence[str]) -> Html:
        states, waivers = self._states.get(control, {}), self._waivers.get(control, {})
        said = []
        for state, (style, words) in _WORDS.items():
            numbers = [number for number, one in states.items() if one == state]
            if numbers:
                said.append(tag("p", tag("span", words, class_=style), " ", _links(numbers, assets)))
        said += [tag("p", f"waiver {used}", class_="dim") for used in waivers]
        if not said:
            said = [tag("p", "asked of nothing that was decided", class_="dim")]
        return tag("tr", tag("td", tag("strong", control), f" {title}".rstrip()), tag("td", *said))


def _state(finding: Finding) -> str:
    if finding.outcome == "pass":
        return "pass"
    if finding.waiver is not None:
        return "waived"
    return "deny" if finding.enforcement == "deny" else "warn"


def _links(numbers: Sequence[int], assets: Sequence[str]) -> Html:
    links = [tag("a", shortened(assets[n - 1], _LONGEST), href=f"#d{n}") for n in numbers[:_MOST]]
    more = [f"{len(numbers) - _MOST:,} more"] if len(numbers) > _MOST else []
    parts = [part for each in (*links, *more) for part in (", ", each)]
    return joined(parts[1:])

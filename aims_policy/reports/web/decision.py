"""One decision on the page: the verdict first, then what denies, then what is to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import render
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.reports import shown
from aims_policy.reports.page.findings import by_control, worst_first
from aims_policy.reports.page.tally import findings_of
from aims_policy.reports.page.todo import ABSENT, TITLES, wants
from aims_policy.reports.page.values import amount, place
from aims_policy.reports.web.finding import article
from aims_policy.reports.web.markup import Html, joined, lines, shortened, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View
    from aims_policy.reports.page.todo import Want

MOST_NOTICES = 50
_MOST_RULES = 6
_LONGEST = 200


def section(decision: Decision, view: View, anchor: str = "") -> Html:
    """All that is to be said of one manifest. ``anchor`` is what links on the page lead to."""
    visible = shown(decision, view.controls).findings
    full = view.show == "all" or bool(view.controls)
    missing = [f for f in visible if f.outcome == "missing"]
    wrong = [f for f in visible if f.outcome in ("fail", "error") or (f in missing and _in_full(f, full))]
    parts = [
        _heading(decision),
        _facts(decision, visible, view),
        *_by_control(wrong, decision.tier, view.titles),
        *([] if full else _to_write(missing)),
        *(_fine(visible, decision.tier) if full else []),
        *_waived(visible),
        *notices(decision.notices),
    ]
    return tag("section", *parts, **({"id": anchor} if anchor else {}))


def _in_full(finding: Finding, full: bool) -> bool:
    """A finding for want of evidence stands in the list of what to add; one that names none would vanish there."""
    return full or not finding.missing


def asset_of(decision: Decision) -> str:
    """The asset with its version, as ``model/credit-scorer 2.1.0``."""
    subject = decision.subject
    return shortened(f"{asset_id(subject.kind, subject.name)} {subject.version}".strip(), _LONGEST)


def verdict(of: str) -> Html:
    """The verdict as a word in its colour."""
    return tag("span", of.upper(), class_=f"badge {'pass' if of == 'pass' else 'fail'}")


def notices(noticed: Sequence[Diagnostic]) -> list[Html]:
    """Diagnostics, folded away."""
    if not noticed:
        return []
    said = "\n".join(render(n) for n in noticed[:MOST_NOTICES])
    left = len(noticed) - MOST_NOTICES
    more = f"\n… and {amount(left, 'notice')} more" if left > 0 else ""
    return [tag("details", tag("summary", amount(len(noticed), "notice")), tag("pre", lines(said + more)))]


def _heading(decision: Decision) -> Html:
    return tag("h2", verdict(decision.verdict), " ", asset_of(decision))


def _facts(decision: Decision, visible: Sequence[Finding], view: View) -> Html:
    subject, tier = decision.subject, decision.tier
    declared = (
        "" if decision.tier_declared else ": the manifest declares no risk.tier, so the strictest applies"
    )
    sources = ", ".join(f"{s.file} ({s.format}, {s.strength})" for s in subject.sources)
    only = f"{amount(len(visible), 'rule')} of {', '.join(view.controls)}" if view.controls else ""
    said = (
        f"{subject.file} ({subject.format}), decided for {decision.environment} at {decision.at}",
        f"risk tier {tier}{declared}",
        f"with evidence from {sources}" if sources else "",
        f"shown: {only}; the verdict is that of all {len(decision.findings)}" if only else "",
        f"decision {decision.digest}",
    )
    first = "; ".join(part for part in (decision.reason, findings_of(decision)) if part)
    return joined((tag("p", first), *(tag("p", line, class_="dim") for line in said if line)))


def _by_control(found: Iterable[Finding], tier: str, titles: Mapping[str, str]) -> Iterable[Html]:
    for control, mine in by_control(found):
        yield tag("h3", f"{control} {titles.get(control, '')}".strip())
        yield from (article(finding, tier) for finding in mine)


def _to_write(missing: Sequence[Finding]) -> Iterable[Html]:
    wanted = wants(missing)
    for enforcement, (_, title) in TITLES.items():
        part = [w for w in wanted if w.enforcement == enforcement]
        if part:
            rules = {rule for want in part for rule in want.rules}
            said = f"{amount(len(part), 'field')}, asked for by {amount(len(rules), 'rule')}"
            yield tag("h3", tag("span", title, class_=enforcement), ": ", said)
            head = tag("tr", tag("th", "field"), tag("th", "asked for by"))
            yield tag("table", tag("thead", head), tag("tbody", *map(_want, part)), class_="wanted")


def _want(want: Want) -> Html:
    instead = "" if want.reason == ABSENT else f" {want.reason} {want.place}".rstrip()
    more = f" and {len(want.rules) - _MOST_RULES} more" if len(want.rules) > _MOST_RULES else ""
    return tag(
        "tr",
        tag(
            "td",
            tag("code", shortened(want.path, _LONGEST)),
            tag("span", shortened(instead, _LONGEST), class_="dim"),
        ),
        tag("td", ", ".join(want.rules[:_MOST_RULES]) + more, class_="dim"),
    )


def _fine(visible: Sequence[Finding], tier: str) -> Iterable[Html]:
    """What passes, with what it rests on, and what does not apply."""
    passes = [f for f in visible if f.outcome == "pass"]
    if passes:
        yield tag("h3", tag("span", "Passed", class_="pass"), f": {amount(len(passes), 'rule')}")
        yield from (
            article(f, tier) for _, found in by_control(passes) for f in sorted(found, key=worst_first)
        )
    without = [f for f in visible if f.outcome == "not_applicable"]
    if without:
        yield tag("h3", f"Not applicable: {amount(len(without), 'rule')}")
        yield tag("p", ", ".join(f.rule for f in without), class_="dim")


def _waived(visible: Sequence[Finding]) -> Iterable[Html]:
    waived = [(f, f.waiver) for f in visible if f.waiver is not None]
    if waived:
        yield tag("h3", tag("span", "Waived", class_="warn"), f": {amount(len(waived), 'finding')}")
        rows = (
            tag(
                "tr",
                tag("td", tag("code", finding.rule)),
                tag("td", f"{used.id} by {used.approver}, until {used.expires}"),
                tag("td", f"{used.justification} ", tag("span", place(used.file, used.line), class_="dim")),
            )
            for finding, used in waived
        )
        yield tag("table", tag("tbody", *rows))

"""One finding on the page: what was asked, what was found and where, why it matters and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.reports.page.values import place, value
from aims_policy.reports.web.markup import Html, joined, shortened, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Evidence, Finding, Gap

_MOST = 12
_LONGEST = 400
_VALUE = 200
_CLASSES = {"deny": "denies", "warn": "warns", "audit": "audits"}


def article(finding: Finding, tier: str) -> Html:
    """The finding, unfolded where it denies."""
    head = tag(
        "summary",
        tag("span", finding.outcome, class_=f"badge {finding.enforcement or finding.outcome}"),
        tag("strong", finding.title),
        tag("span", _enforced(finding), class_="dim"),
    )
    opened = {"open": ""} if finding.enforcement == "deny" else {}
    return tag("details", head, tag("dl", *_facts(finding, tier)), class_=_class(finding), **opened)


def _class(finding: Finding) -> str:
    return _CLASSES.get(finding.enforcement, "fine")


def _enforced(finding: Finding) -> str:
    return f"{finding.severity} → {finding.enforcement}" if finding.enforcement else finding.severity


def _facts(finding: Finding, tier: str) -> Iterable[Html]:
    found = [e for e in finding.evidence if e.source != "appetite"]
    limits = [e for e in finding.evidence if e.source == "appetite"]
    yield _fact("rule", tag("code", finding.rule), f" {place(finding.policy_file, finding.policy_line)}")
    yield _fact("asked", tag("code", finding.asked))
    if found:
        yield _fact("found", _values(found, ""))
    if finding.disagreements:
        paths = ", ".join(finding.disagreements)
        yield _fact("differ", f"sources disagree on {shortened(paths, _LONGEST)}; the worse counts")
    if limits:
        yield _fact("limit", _values(limits, f" (tier {tier})"))
    if finding.missing:
        yield _fact("lacks", _gaps(finding.missing))
    if finding.error:
        yield _fact("error", finding.error)
    if finding.waiver is not None:
        used = finding.waiver
        yield _fact("waived", f"{used.id} by {used.approver} until {used.expires}: {used.justification}")
    yield _fact("why", finding.rationale)
    if finding.enforcement:
        yield _fact("fix", finding.remediation)


def _fact(label: str, *inside: str) -> Html:
    return joined((tag("dt", label), tag("dd", *inside)))


def _values(read: Sequence[Evidence], note: str) -> Html:
    """A line for each value: its path, itself, and where it stands."""
    shown = [
        tag(
            "p",
            tag("code", shortened(e.path, _VALUE)),
            " is ",
            tag("code", value(e.value, _VALUE)),
            tag("span", f" {place(e.file, e.line)}{note if e.line else ''}", class_="dim"),
        )
        for e in read[:_MOST]
    ]
    return joined([*shown, *_more(len(read))])


def _gaps(missing: Sequence[Gap]) -> Html:
    shown = [
        tag("p", tag("code", shortened(g.path, _VALUE)), tag("span", f" {_instead(g)}", class_="dim"))
        for g in missing[:_MOST]
    ]
    return joined([*shown, *_more(len(missing))])


def _instead(gap: Gap) -> str:
    reason = shortened(gap.reason, _VALUE)
    return f"{reason} {place(gap.file, gap.line)}" if gap.reason != "absent" else reason


def _more(count: int) -> list[Html]:
    return [tag("p", f"… and {count - _MOST:,} more", class_="dim")] if count > _MOST else []

"""What a reviewer has to see: findings that are not a pass, verdicts that no finding explains, manifests not read.

A report that lists only findings would be empty where nothing was assessed or nothing could be read, and an
empty list of problems reads as a pass. So these have an item as well, under rule ids of their own.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, in_order, safe
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import shown
from aims_policy.reports.ci.places import Place, located, place_of
from aims_policy.reports.ci.wording import enforced, headline, message, sentence
from aims_policy.reports.page.findings import worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.reports import View

UNREAD = "aims/unread"
VERDICT = "aims/verdict"
TITLES = {
    UNREAD: "Every manifest can be read",
    VERDICT: "The verdict is pass",
}
WHY = {
    UNREAD: "A manifest that cannot be read is not decided, so nobody knows whether it would pass.",
    VERDICT: "A manifest for which nothing was assessed, or whose denying findings are not shown, does not pass.",
}
FIX = {
    UNREAD: "Correct the file where the message points.",
    VERDICT: "Load the policies for this kind of asset, or look at all of its findings.",
}


class Item(NamedTuple):
    """One entry of a list of problems; ``finding`` and ``decision`` are None where there is none."""

    rule: str
    severity: str
    enforcement: str  # deny, warn or audit
    title: str  # short: the rule and what it does
    lines: tuple[str, ...]  # what is wrong, what was found, what to do
    place: Place
    asset: str  # as model/credit-scorer; "" for what could not be read
    fingerprint: str  # the same wherever the lines of the file move to
    finding: Finding | None
    decision: Decision | None


def items(decision: Decision, view: View) -> Iterator[Item]:
    """Of one decision, in the order of its findings."""
    visible = shown(decision, view.controls).findings
    for finding in visible:
        if finding.enforcement:
            yield _of_finding(finding, decision, view)
    if needs_verdict(decision, view):
        yield _of_verdict(decision, view)


def unread(view: View) -> Iterator[Item]:
    """Of what could not be read, in the order of places."""
    for problem in in_order(view.problems):
        yield _of_problem(problem, view)


def needs_verdict(decision: Decision, view: View) -> bool:
    """Whether the verdict is fail and no finding that is shown says why."""
    denying = any(f.enforcement == "deny" for f in shown(decision, view.controls).findings)
    return decision.verdict != "pass" and not denying


def weight(item: Item) -> tuple[int, int]:
    """A sort key: what could not be read before all else, then what denies, then by severity."""
    return (-1, 0) if item.finding is None else worst_first(item.finding)


def asset_of(decision: Decision) -> str:
    """The asset as graph and waivers name it."""
    return safe(asset_id(decision.subject.kind, decision.subject.name))


def fingerprint(*parts: str) -> str:
    """A digest of what makes an item the same one tomorrow."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()


def explanation(problem: Diagnostic) -> list[str]:
    """A diagnostic without its place: the message, and the help if there is one."""
    lines = [f"{sentence(problem.message)} [{safe(problem.code)}]"]
    return [*lines, f"Fix: {sentence(problem.help)}"] if problem.help else lines


def _of_finding(finding: Finding, decision: Decision, view: View) -> Item:
    place = place_of(finding, decision, view)
    asset = asset_of(decision)
    return Item(
        rule=finding.rule,
        severity=finding.severity,
        enforcement=finding.enforcement,
        title=f"{safe(finding.rule)} ({enforced(finding)})",
        lines=(f"{asset}: {headline(finding)}", *message(finding, decision.subject.file)[1:]),
        place=place,
        asset=asset,
        fingerprint=fingerprint(finding.rule, asset, place.file, decision.environment),
        finding=finding,
        decision=decision,
    )


def _of_verdict(decision: Decision, view: View) -> Item:
    asset, place = asset_of(decision), located(decision.subject.file, 1, 0, view)
    return Item(
        rule=VERDICT,
        severity="high",
        enforcement="deny",
        title=f"{asset} fails",
        lines=(f"{asset}: {sentence(decision.reason)}", f"Fix: {FIX[VERDICT]}"),
        place=place,
        asset=asset,
        fingerprint=fingerprint(VERDICT, asset, place.file, decision.environment),
        finding=None,
        decision=decision,
    )


def _of_problem(problem: Diagnostic, view: View) -> Item:
    place = located(problem.file, problem.line, problem.column, view)
    first, *rest = explanation(problem)
    return Item(
        rule=UNREAD,
        severity="high",
        enforcement="deny",
        title="a manifest cannot be read",
        lines=(f"Not decided: {first}", *rest),
        place=place,
        asset="",
        fingerprint=fingerprint(UNREAD, place.file, problem.code, problem.message),
        finding=None,
        decision=None,
    )

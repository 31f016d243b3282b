"""What to do next, at the head of a decision that fails: the few steps that lead from here to a pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.decision.record import UNDECIDED
from aims_policy.diagnostics import safe
from aims_policy.reports.page.layout import hang
from aims_policy.reports.page.values import amount, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.reports.page.layout import Paint

_UNSAFE = re.compile(r"[^\w.-]+")
_MOST_ASSETS = 6


def next_steps(decision: Decision, findings: Sequence[Finding], width: int, paint: Paint) -> list[str]:
    """The steps, numbered; none where nothing denies or where the findings themselves are all there is to do."""
    denying = [f for f in findings if f.enforcement == "deny"]
    if not denying:
        return []
    steps = list(_steps(decision, denying))
    if failing := sum(1 for f in denying if f.outcome != "missing"):
        if not steps:
            return []  # the findings that follow say it all
        steps.append(f"Change what is not as asked: {amount(failing, 'finding')}, below.")
    lines = ["", paint("bold", "Next")]
    for number, step in enumerate(steps, 1):
        lines += hang(f"{number}.", step, width, 2, paint)
    return lines


def _steps(decision: Decision, denying: Sequence[Finding]) -> Iterator[str]:
    gaps = [gap for finding in denying for gap in finding.missing]
    own = [gap for gap in gaps if not gap.path.startswith(("upstream", "organization"))]
    if not decision.tier_declared and decision.findings:
        yield (
            "Say in risk.tier what is at stake (minimal, limited, high or critical): until then all is asked "
            f"that tier {decision.tier} asks for."
        )
    if own:
        yield f"`{_convert(decision)}` writes it with what this decision waits for, as lines to fill in."
    assets = list(
        dict.fromkeys(g.reason.removesuffix(UNDECIDED) for g in gaps if g.reason.endswith(UNDECIDED))
    )
    if assets:
        more = f" and {len(assets) - _MOST_ASSETS} more" if len(assets) > _MOST_ASSETS else ""
        named = ", ".join(map(safe, assets[:_MOST_ASSETS]))
        yield (
            "Bring into the inventory (`aims init` makes a workspace with one) a manifest of each that it is built "
            f"from: {named}{more}."
        )
    if any(gap.path.startswith("organization") for gap in gaps):
        yield "Bring the organization's profile into the inventory, or add to it what is missing."


def _convert(decision: Decision) -> str:
    """The command that writes the form for this very decision, into a file that is not the one that was read."""
    file = decision.subject.file
    shown = "MANIFEST" if file.startswith("<") else quoted(file)
    environment = "" if decision.environment == "production" else f" -e {quoted(decision.environment)}"
    tier = "" if decision.tier_declared else " --tier TIER"
    name = f"{_UNSAFE.sub('-', decision.subject.name).strip('-.')[:80] or decision.subject.kind.lower()}.yaml"
    taken = file.replace("\\", "/").rpartition("/")[2].casefold() == name.casefold()
    return f"aims convert {shown} --for-decision{tier}{environment} -o {'form-' if taken else ''}{name}"

"""A finding in sentences: what is not met, what was found, what the limit is, what is lacking, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.reports.ci.places import telling_first
from aims_policy.reports.page.layout import cut
from aims_policy.reports.page.values import place, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.decision.record import Evidence, Finding, Gap, WaiverUse

MOST = 5  # values or paths in one message
_LONGEST = 1_000
_HEADS = {
    "fail": "Not met",
    "missing": "Evidence is missing",
    "error": "Cannot be decided",
    "pass": "Met",
    "not_applicable": "Does not apply",
}


def headline(finding: Finding) -> str:
    """The outcome and what was asked for, as a sentence."""
    return f"{_HEADS[finding.outcome]}: {sentence(finding.title)}"


def details(finding: Finding, file: str) -> list[str]:
    """What was found, the limits, what is lacking, the error, the waiver: a line for each that there is.

    Places in ``file`` are told by their line alone: it stands beside the message.
    """
    limits = [e for e in finding.evidence if e.source == "appetite"]
    lines = [
        _listed("Found", [_read(e, file) for e in telling_first(finding)]),
        _listed("Limit", [_read(e, file) for e in limits]),
        _listed("Lacks", [_lacking(g) for g in finding.missing]),
        f"Error: {sentence(finding.error)}" if finding.error else "",
        waived(finding.waiver) if finding.waiver is not None else "",
    ]
    return [line for line in lines if line]


def message(finding: Finding, file: str) -> list[str]:
    """All that a person needs: the headline, the details, and what to do where something is to be done."""
    fix = [f"Fix: {sentence(finding.remediation)}"] if finding.enforcement else []
    return [headline(finding), *details(finding, file), *fix]


def enforced(finding: Finding) -> str:
    """The severity and what the finding does, as ``high, deny``."""
    return ", ".join(part for part in (finding.severity, finding.enforcement) if part)


def waived(waiver: WaiverUse) -> str:
    """Who accepted the finding until when, and why."""
    who = f"Waived by {sentence(waiver.approver, '')} until {waiver.expires} ({safe(waiver.id)})"
    return f"{who}: {sentence(waiver.justification)}"


def sentence(text: str, stop: str = ".") -> str:
    """The text in one line, control characters made visible, with a full stop.

    >>> sentence("Nobody\\ncan be asked")
    'Nobody can be asked.'
    """
    line = cut(safe(" ".join(text.split())), _LONGEST)
    return line if not stop or line.endswith((".", "!", "?", "…")) else line + stop


def _listed(label: str, parts: Sequence[str]) -> str:
    if not parts:
        return ""
    more = f"; and {len(parts) - MOST:,} more" if len(parts) > MOST else ""
    return f"{label}: {'; '.join(parts[:MOST])}{more}."


def at(evidence: Evidence, file: str) -> str:
    """Where the value stands: ``line 41`` in ``file``, ``model.yaml:41`` elsewhere."""
    inside = evidence.file == file and evidence.line
    return f"line {evidence.line}" if inside else place(evidence.file, evidence.line)


def _read(evidence: Evidence, file: str) -> str:
    where = at(evidence, file)
    return f"{cut(safe(evidence.path), 200)} = {value(evidence.value)}" + (f" ({where})" if where else "")


def _lacking(gap: Gap) -> str:
    return cut(safe(gap.path), 200) + (f" ({cut(safe(gap.reason), 200)})" if gap.reason != "absent" else "")

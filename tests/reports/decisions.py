"""Decisions made by hand, one for each case of the golden files."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from aims_policy.decision.record import (
    Decision,
    Evidence,
    Explanation,
    Finding,
    Gap,
    Subject,
    WaiverUse,
)
from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.manifest import Source

TITLES = {
    "A.2.2": "AI policy",
    "A.5.4": "Assessing AI system impact on individuals or groups of individuals",
    "A.6.2.4": "AI system verification and validation",
    "A.7.5": "Data provenance",
}
PARITY = "appetite.fairness.demographic_parity_difference.max"
WAIVER = WaiverUse(
    "W-1",
    "Grace Hopper",
    "The supplier delivers a digest with the next release.",
    "2026-07-20",
    "waivers.yaml",
    4,
)


def finding(rule: str, outcome: str, enforcement: str = "", **more: Any) -> Finding:
    return Finding(
        rule=rule,
        controls=more.pop("controls", (rule.split("/", maxsplit=1)[0],)),
        title=more.pop("title", "Every source of the data is on record"),
        severity=more.pop("severity", "high"),
        outcome=outcome,
        enforcement=enforcement,
        asked=more.pop("asked", "provenance.sources.length > 0"),
        rationale=more.pop(
            "rationale", "Where records came from cannot be shown, so neither licence nor bias can be judged."
        ),
        remediation=more.pop(
            "remediation", "List origin, date, licence and digest under provenance.sources."
        ),
        policy_file="iso42001/a-7-5-data-provenance.yaml",
        policy_line=9,
        explanation=Explanation(**{p: more.pop(p) for p in Explanation._fields if p in more}),
        **more,
    )


def decision(*findings: Finding, **more: Any) -> Decision:
    denied = sum(1 for f in findings if f.enforcement == "deny")
    return Decision(
        verdict=more.pop("verdict", "fail" if denied else "pass"),
        reason=more.pop("reason", f"{denied} of {len(findings)} findings deny"),
        subject=more.pop(
            "subject", Subject("Model", "credit-scorer", "2.1.0", "model.yaml", "aims", f"sha256:{'a' * 64}")
        ),
        environment="production",
        at="2026-06-01T00:00:00Z",
        tier="high",
        tier_declared=more.pop("tier_declared", True),
        findings=findings,
        notices=more.pop("notices", ()),
        engine="aims_policy 0.1.0",
        bundle_digest=f"sha256:{'b' * 64}",
        context_digest=f"sha256:{'c' * 64}",
        digest=f"sha256:{'d' * 64}",
    )


def gap(path: str, reason: str = "absent", line: int = 0) -> Gap:
    return Gap(path, reason, "model.yaml", line, 5 if line else 0)


def above_the_limit() -> Decision:
    evidence = (
        Evidence("fairness.measurements[0].value", Decimal("0.230"), "model.yaml", 41, 7, "manifest"),
        Evidence(
            "fairness.measurements[0].date",
            datetime(2026, 5, 1, tzinfo=timezone.utc),
            "model.yaml",
            42,
            7,
            "manifest",
        ),
        Evidence(PARITY, Decimal("0.10"), "appetite/default.yaml", 17, 40, "appetite"),
    )
    asked = (
        f'$all([v <= {PARITY} for v in $measured(fairness.measurements, "demographic_parity_difference")])'
    )
    return decision(
        finding("A.2.2/policy-approved", "pass"),
        finding(
            "A.5.4/fairness-within-appetite",
            "fail",
            "deny",
            evidence=evidence,
            asked=asked,
            controls=("A.5.4", "A.6.2.4"),
        ),
        finding("A.6.2.4/tested", "error", "deny", severity="critical", error="division by zero"),
        finding("A.7.5/sources-recorded", "not_applicable"),
    )


def few_missing() -> Decision:
    return decision(
        finding(
            "A.7.5/sources-recorded",
            "missing",
            "deny",
            missing=(gap("provenance.sources"), gap("lifecycle.stage", "placeholder `TODO`", 12)),
        ),
        finding(
            "A.7.5/licences",
            "missing",
            "warn",
            missing=(gap("provenance.sources"), gap("acquisition.license", "null", 20)),
        ),
        tier_declared=False,
    )


def hundred_missing() -> Decision:
    sections = (
        "intended_use",
        "fairness",
        "evaluation",
        "robustness",
        "organization.ai_policy",
        "organization.roles",
    )
    reason = {"organization": "no organization profile was given"}
    return decision(
        *(
            finding(
                f"A.{6 + n % 2}.2.{n}/rule-{n}",
                "missing",
                "deny" if n % 3 else "audit",
                missing=tuple(gap(f"{s}.field_{n}", reason.get(s.split(".")[0], "absent")) for s in sections),
            )
            for n in range(20)
        ),
        finding(
            "A.7.5/digests",
            "missing",
            "deny",
            missing=tuple(gap(f"provenance.sources[{i}].digest") for i in range(40)),
        ),
    )


def waived() -> Decision:
    notice = Diagnostic(
        "waiver-expired",
        "waiver `W-9` expired on 2026-01-01 and does nothing",
        "waivers.yaml",
        9,
        1,
        severity="warning",
    )
    return decision(
        finding("A.7.5/sources-recorded", "fail", "warn", waiver=WAIVER),
        finding("A.7.5/licences", "missing", "warn", waiver=WAIVER, missing=(gap("acquisition.license"),)),
        notices=(notice,),
    )


def hostile() -> Decision:
    bad = "\x1b[31mred\u202e\u0007"
    evidence = (
        Evidence(f"metadata.labels[{bad!r}]", bad * 30, f"{bad}.yaml", 3, 1, "manifest"),
        Evidence("content.features", tuple(f"列{i}" for i in range(500)), "model.yaml", 4, 1, "manifest"),
        Evidence("content.records", Decimal("1E+400"), "model.yaml", 5, 1, "manifest"),
    )
    return decision(
        finding(
            "A.7.5/sources-recorded",
            "fail",
            "deny",
            title=bad,
            asked=bad,
            rationale="x" * 300,
            evidence=evidence,
        ),
        finding("A.7.5/licences", "missing", "deny", missing=(gap(bad, bad, 3),)),
        subject=Subject("Model", bad, bad, f"{bad}.yaml", "aims", f"sha256:{'a' * 64}"),
    )


def nothing_assessed() -> Decision:
    return decision(verdict="fail", reason="nothing was assessed: no policy is loaded")


def much_evidence() -> Decision:
    many = tuple(
        Evidence(f"evaluation.measurements[{i}].value", Decimal(i) / 7, "model.yaml", i + 1, 1, "manifest")
        for i in range(100)
    )
    odd = (
        Evidence("a", frozenset(["b", "a"]), "model.yaml", 1, 1, "manifest"),
        Evidence("b", timedelta(days=3), "model.yaml", 1, 1, "manifest"),
        Evidence("c", {"k": (True, None)}, "", 0, 0, "upstream"),
    )
    return decision(
        finding("A.6.2.4/tested", "fail", "audit", severity="low", evidence=many),
        finding("A.7.5/sources-recorded", "pass", evidence=odd),
        verdict="pass",
        reason="none of 2 findings denies",
    )


def sources_disagree() -> Decision:
    def said(value: str, file: str, line: int, format_: str, strength: str) -> Evidence:
        digest = f"sha256:{file[0] * 64}" if file[0] in "abcdef" else f"sha256:{'a' * 64}"
        return Evidence(
            "fairness.measurements[0].value",
            Decimal(value),
            file,
            line,
            7,
            "manifest",
            format_,
            digest,
            strength,
        )

    evidence = (
        said("0.05", "model.yaml", 41, "aims", "declared"),
        said("0.23", "clarify.json", 12, "sagemaker-clarify", "tool"),
        Evidence(PARITY, Decimal("0.10"), "appetite/default.yaml", 17, 40, "appetite"),
    )
    source = Source("clarify.json", "sagemaker-clarify", f"sha256:{'c' * 64}", "tool")
    subject = Subject(
        "Model", "credit-scorer", "2.1.0", "model.yaml", "aims", f"sha256:{'a' * 64}", (source,)
    )
    found = finding(
        "A.6.2.4/demographic-parity",
        "fail",
        "deny",
        evidence=evidence,
        asked=f"fairness.measurements[0].value <= {PARITY}",
        disagreements=("fairness.measurements[0].value",),
    )
    return decision(found, subject=subject)


CASES = {
    f.__name__: f
    for f in (
        *(above_the_limit, few_missing, hundred_missing, waived, hostile, nothing_assessed, much_evidence),
        sources_disagree,
    )
}

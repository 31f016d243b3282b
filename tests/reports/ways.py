"""How the tests of formats look at decisions: one view, goldens, and decisions with texts that hypothesis makes up."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import strategies as st

from aims_policy.decision.record import Decision, Evidence, Gap, Subject, WaiverUse
from aims_policy.diagnostics import Diagnostic
from aims_policy.reports import View
from tests.reports.decisions import CASES, TITLES, decision, finding

FOLDER = Path(__file__).parent / "cases"
SCHEMAS = Path(__file__).parents[2].parent / "shared" / "reference" / "schemas"
VIEW = View(
    titles=TITLES,
    root="/repository",
    here="/repository",
    sources=("/repository/appetite/default.yaml", "/elsewhere/waivers.yaml"),
)
PROBLEMS = (
    Diagnostic("unknown-field", "`ownr` is no field", "b/other.yaml", 3, 7, 4, help="did you mean `owner`?"),
    Diagnostic("cannot-read", "cannot read the file: permission denied", "b/none.yaml"),
)


def several() -> tuple[list[Decision], View]:
    """Two decisions, and two files that could not be read."""
    return [CASES["waived"](), CASES["nothing_assessed"]()], VIEW._replace(problems=PROBLEMS)


def golden(path: Path, text: str) -> None:
    """The text is that of the file, to the byte; `UPDATE_GOLDEN=1` writes it anew."""
    given = text.encode()
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(given)
    assert given == path.read_bytes()


def schema(name: str) -> Path:
    """A published schema; the test is skipped where they are not at hand."""
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip("the published schemas are not here")
    return path


_AWKWARD = (
    "@team", "#12", "](", "](http://x)", "<b>", "</details>", "::error::", "##[group]", "%0A", "\n", "\r\n", "|",
    "`", "```", "=1+1", "-->", "]]>", "\x00", "\x1b[31m", "\u202e", "\ud800", "\ufffe", "\\", "$x$", "https://x.org",
    "www.x.org", "a@x.org", "&lt;", "&#64;x", "# SKIP", "# TODO", "not ok 1", "\u2028", "日本", "🎉", '"', "'", ",",
    ":", " ", "GH-1", "!2",
)  # fmt: skip
_OUTCOMES = (
    ("fail", "deny"), ("fail", "warn"), ("missing", "deny"), ("missing", "audit"), ("error", "deny"),
    ("pass", ""), ("not_applicable", ""),
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(_AWKWARD), st.text(max_size=5)), max_size=6).map("".join)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """A decision of findings of every outcome, all texts of which are awkward."""

    def one(number: int) -> object:
        outcome, enforcement = draw(st.sampled_from(_OUTCOMES))
        evidence = Evidence(
            draw(TEXTS), draw(st.one_of(TEXTS, st.just(Decimal("0.5")))), "m.yaml", 3, 2, "manifest"
        )
        waiver = WaiverUse(draw(TEXTS), draw(TEXTS), draw(TEXTS), "2026-01-01", draw(TEXTS), 1)
        return finding(
            f"A.7.5/{number}{draw(TEXTS)}",
            outcome,
            enforcement,
            controls=("A.7.5",),
            title=draw(TEXTS),
            asked=draw(TEXTS),
            rationale=draw(TEXTS),
            remediation=draw(TEXTS),
            severity=draw(st.sampled_from(["critical", "high", "medium", "low"])),
            evidence=(evidence,) if outcome == "fail" else (),
            missing=(Gap(draw(TEXTS), draw(TEXTS), "m.yaml", 2, 1),) if outcome == "missing" else (),
            error=draw(TEXTS) if outcome == "error" else "",
            waiver=waiver if enforcement == "warn" else None,
        )

    subject = Subject("Model", draw(TEXTS), draw(TEXTS), draw(TEXTS), "aims", f"sha256:{'a' * 64}")
    notice = Diagnostic("c", draw(TEXTS), draw(TEXTS), 1, 1, severity="warning", source_line=draw(TEXTS))
    found = [one(n) for n in range(draw(st.integers(0, 4)))]
    more = {} if found else {"verdict": "fail", "reason": draw(TEXTS)}
    return decision(*found, subject=subject, notices=(notice,), **more)  # type: ignore[arg-type]

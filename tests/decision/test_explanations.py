"""Why a finding is what it is: found out when somebody asks, once, and the same for all who ask."""

from __future__ import annotations

import gc
import pickle
import threading
import weakref
from copy import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from aims_policy.api import ShownDecision
from aims_policy.decision import Decision, count, decide, evaluate, explain
from aims_policy.decision.record import Explanation, Unexplained
from aims_policy.reports.json_report import render
from tests.decision.conftest import AT, manifest, rule
from tests.decision.test_decide import Held
from tests.decision.test_laws import bundle as law_bundle
from tests.decision.test_laws import specs

if TYPE_CHECKING:
    from aims_policy.policy.bundle import Bundle
    from tests.decision.conftest import Maker

DIGEST = rule("t/digest", 'provenance.digest == "sha256:1"')
RECORDS = rule("t/records", "content.records > 10")
FAILING = {"provenance": {"digest": "sha256:2"}, "content": {"records": 11}}


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules that were explained so far."""
    rules: list[str] = []
    real = explain.explanation

    def noting(finding: Any, *more: Any) -> Explanation:
        rules.append(finding.rule)
        return real(finding, *more)

    monkeypatch.setattr(explain, "explanation", noting)
    return rules


def test_a_decision_is_made_without_explaining_it(make: Maker, explained: list[str]) -> None:
    decision = evaluate(manifest("Dataset", {}), make(DIGEST, RECORDS), at=AT)
    assert (decision.verdict, count(decision).missing, len(decision.digest)) == ("fail", 2, 71)
    assert explained == []
    for _ in range(2):
        assert [g.path for g in decision.findings[0].missing] == ["provenance.digest"]
        assert decision.findings[0].evidence == ()
    assert explained == ["t/digest"]


def test_an_asset_that_others_are_built_from_is_not_explained(make: Maker, explained: list[str]) -> None:
    bundle = make(DIGEST, rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model"))
    raw = manifest("Dataset", FAILING, name="raw")
    model = manifest("Model", {"training_data": {"datasets": [{"ref": "raw", "role": "training"}]}}, name="m")
    [(_, decision)] = decide([model], bundle, at=AT, inventory=[raw])
    assert explained == []
    found = {e.path: e.value for e in decision.findings[0].evidence}
    assert found["upstream.assets[0].path"] == "model/m → dataset/raw"


@given(specs)
def test_a_decision_is_the_same_whenever_it_is_explained(spec: dict[str, Any]) -> None:
    first, second, third = (evaluate(manifest("Dataset", spec), law_bundle(), at=AT) for _ in range(3))
    before = render(first)  # explains the first
    assert first == second
    assert pickle.loads(pickle.dumps(third)) == first  # noqa: S301 - just written
    assert render(third) == before


def test_what_is_pickled_is_the_explanation_and_not_what_it_comes_from(make: Maker) -> None:
    decision = evaluate(manifest("Dataset", FAILING), make(DIGEST, RECORDS), at=AT)
    assert isinstance(decision.findings[0].explanation, Unexplained)
    written = pickle.dumps(decision)
    assert b"Manifest" not in written
    [finding, _] = pickle.loads(written).findings  # noqa: S301 - just written
    assert isinstance(finding.explanation, Explanation)
    assert [e.value for e in finding.evidence] == ["sha256:2"]
    assert repr(finding) == repr(decision.findings[0])
    assert hash(finding) == hash(decision.findings[0])


def test_findings_that_nobody_looked_at_are_compared_hashed_and_unpacked_as_what_they_are(
    make: Maker,
) -> None:
    bundle = make(DIGEST, RECORDS)

    def fresh() -> Decision:
        return evaluate(manifest("Dataset", FAILING), bundle, at=AT)

    looked_at = fresh()
    assert [f.outcome for f in looked_at.findings] == ["fail", "pass"]
    assert looked_at.findings is looked_at.findings
    assert fresh() == looked_at
    assert looked_at == fresh()
    assert fresh() == fresh()
    assert hash(fresh()) == hash(looked_at)
    assert repr(fresh()) == repr(looked_at)
    assert ShownDecision(*fresh()).findings == looked_at.findings
    assert fresh()._replace(verdict="pass").findings == looked_at.findings
    assert fresh()._replace(findings=looked_at.findings[:1]).findings == looked_at.findings[:1]
    other = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:3"}}), bundle, at=AT)
    assert fresh()._replace(findings=other.findings) != looked_at


def test_an_explained_decision_holds_no_manifest(make: Maker) -> None:
    subject: Any = Held(manifest("Dataset", FAILING))
    decision = evaluate(subject, make(DIGEST, RECORDS), at=AT)
    held = weakref.ref(subject)
    del subject
    gc.collect()
    assert held() is not None
    assert [f.outcome for f in decision.findings if f.evidence] == ["fail"]
    gc.collect()
    assert held() is None


def test_threads_that_ask_at_once_get_the_same(make: Maker) -> None:
    bundle = make(DIGEST, RECORDS)
    for _ in range(50):
        decision = evaluate(manifest("Dataset", FAILING), bundle, at=AT)
        barrier, found = threading.Barrier(4), list[Any]()

        def ask(decision: Any = decision, barrier: Any = barrier, found: Any = found) -> None:
            barrier.wait()
            found.append(decision.findings[0].evidence)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [[e.value for e in evidence] for evidence in found] == [["sha256:2"]] * 4


# --- a compiled rule that is wrong -------------------------------------------------------------------------


def wrong(bundle: Bundle, code: int) -> Bundle:
    """The bundle as if its compiled rules came to this outcome, whatever they are given."""
    tampered = copy(bundle)
    checks = bundle.checks["Dataset"]
    codes = (code,) * len(checks.rules)
    tampered.checks = {"Dataset": checks._replace(run=lambda _names, _now: codes)}
    return tampered


@pytest.mark.parametrize(("code", "outcome"), [(1, "fail"), (2, "missing"), (4, "error")])
def test_evaluators_that_disagree_leave_the_gate_closed_and_say_so(
    make: Maker, code: int, outcome: str
) -> None:
    passing = manifest("Dataset", {"provenance": {"digest": "sha256:1"}})
    decision = evaluate(passing, wrong(make(DIGEST), code), at=AT)
    [finding] = decision.findings
    assert (decision.verdict, finding.outcome, finding.enforcement) == ("fail", outcome, "deny")
    assert finding.error == f"compiled rule: {outcome}, reference evaluator: pass; please report this"
    assert (finding.evidence, finding.missing) == ((), ())


def test_a_pass_that_the_reference_evaluator_denies_is_an_error_where_it_is_looked_at(make: Maker) -> None:
    decision = evaluate(manifest("Dataset", FAILING), wrong(make(DIGEST), 0), at=AT, evidence_of_passes=True)
    [finding] = decision.findings
    assert (decision.verdict, finding.outcome, finding.enforcement) == ("fail", "error", "deny")
    assert finding.error == "compiled rule: pass, reference evaluator: fail; please report this"

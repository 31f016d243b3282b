"""Rule tests are decided by the engine; a test that tests nothing is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.authoring.rule_tests import Run, run
from aims_policy.authoring.test_files import put, remove
from aims_policy.decision import explain
from aims_policy.decision.record import Explanation
from tests.authoring.test_lint import policy, rule

MANIFEST = {
    "apiVersion": "aims/v1",
    "kind": "Dataset",
    "metadata": {"name": "d", "owner": "Ada"},
    "spec": {"risk": {"tier": "high"}, "content": {"records": 10, "features": ["a", "b"]}},
}
RECORDS = rule("t/records", "content.records >= 5")
POLICY = "organization.ai_policy.owner"


def case(expect: str, rule_id: str = "t/records", **more: Any) -> dict[str, Any]:
    return {"name": "a case", "rule": rule_id, "manifest": "good", "expect": expect, **more}


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIMS_CACHE_DIR", str(tmp_path / "cache"))

    def attempt(*cases: dict[str, Any], rules: tuple[dict[str, Any], ...] = (RECORDS,), **more: Any) -> Run:
        (tmp_path / "p.yaml").write_text(json.dumps(policy(*rules)), encoding="utf-8")
        file = tmp_path / "p.test.yaml"
        content = {
            "apiVersion": "aims/v1",
            "kind": "PolicyTest",
            "policy": "p.yaml",
            "manifests": {"good": MANIFEST},
            "tests": list(cases),
        }
        file.write_text(json.dumps({**content, **more}, indent=1), encoding="utf-8")
        return run([str(file)])

    return attempt


def test_what_holds(tried: Any) -> None:
    done = tried(
        case("pass"),
        case("fail", set={"spec.content.records": 4}),
        case("missing", remove=["spec.content.records"], missing=["content.records"]),
        case("missing", set={"spec.content.records": None}),
        case("pass", manifest={**MANIFEST, "metadata": {"name": "inline"}}),
    )
    assert not done.problems
    assert [r.failure for r in done.results] == [None] * 5
    assert (done.rules, done.untested) == (1, ())


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (case("fail"), "expected fail, and it is pass"),
        (case("pass", remove=["spec.content.records"]), "expected pass, and it is missing"),
        (
            case("missing", remove=["spec.content"], missing=["content.features"]),
            "other evidence is missing than expected",
        ),
        (case("pass", set={"kind": "Supplier"}, remove=["spec"]), "the rule did not run"),
    ],
)
def test_what_does_not_hold(tried: Any, broken: dict[str, Any], message: str) -> None:
    done = tried(broken)
    [result] = done.results
    assert result.failure is not None
    assert message in result.failure.message
    assert result.failure.line > 1


def test_evaluators_that_disagree_fail_the_test(tried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "compiled rule: fail, reference evaluator: pass; please report this"
    monkeypatch.setattr(explain, "explanation", lambda *_: Explanation(error=said))
    [result] = tried(case("fail", set={"spec.content.records": 4})).results
    assert result.failure is not None
    assert "the evaluators disagree" in result.failure.message
    assert result.failure.help == said


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (case("pass", "t/record"), "unknown-rule"),
        (case("passes"), "unknown-choice"),
        (case("pass", manifest="god"), "unknown-manifest"),
        (case("missing", remove=["spec.content.rekords"]), "nothing-removed"),
        (case("fail", set={"spec.content.features[7]": "c"}), "nothing-set"),
        (case("fail", set={"spec.content.rekords": 1}), "unknown-field"),
        (case("pass", missing=["content.records"]), "bad-test"),
        (case("pass", organization={"nonsense": 1}), "unknown-field"),
    ],
)
def test_a_test_that_is_wrong_does_not_pass(tried: Any, broken: dict[str, Any], code: str) -> None:
    done = tried(broken)
    assert [p.code for p in done.problems] == [code]
    assert done.problems[0].line > 0
    assert not any(r.failure is None and r.outcome == r.expected for r in done.results)


def test_a_policy_that_is_not_there(tried: Any) -> None:
    assert [p.code for p in tried(case("pass"), policy="q.yaml").problems] == ["no-policy"]


def test_a_policy_that_is_wrong(tried: Any) -> None:
    done = tried(case("pass"), rules=(rule("t/records", "content.rekords > 0"),))
    assert [p.code for p in done.problems] == ["unknown-field"]
    assert not done.results


def test_rules_without_a_test_are_named(tried: Any) -> None:
    done = tried(case("pass"), rules=(RECORDS, rule("t/forgotten")))
    assert (done.rules, done.untested) == (2, ("t/forgotten",))


def test_cases_that_are_well_formed_run_beside_those_that_are_not(tried: Any) -> None:
    wrong = {**case("pass"), "remov": ["spec.content"]}
    ran = tried(wrong, case("pass"), case("pass", "t/record"), case("pass", manifest="go"), case("grand"))
    assert sorted(p.code for p in ran.problems) == [
        "unknown-choice",
        "unknown-field",
        "unknown-manifest",
        "unknown-rule",
    ]
    assert len(ran.results) == 1, "and a case of which half is wrong does not run"
    half = tried(case("fail", remove=["spec.nothing"]))
    assert ([p.code for p in half.problems], half.results) == (["nothing-removed"], ())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"spec.content.rekords": 1}, "unknown-field"),
        ({"spec.content": {"rekords": 1}}, "unknown-field"),
        ({"spec.content.records": "many"}, "wrong-type"),
        ({"content.records": 1}, "nothing-set"),
        ({"metadata.ovner": "Ada"}, "unknown-field"),
    ],
)
def test_what_is_wrong_with_a_change_is_told_where_it_is_set(tried: Any, change: Any, code: str) -> None:
    [problem] = tried(case("fail", set=change)).problems
    assert problem.code == code
    whole = json.dumps(change, indent=1)  # as the file has it
    assert problem.source_line.strip().rstrip(",") in whole, "and not in the manifest, which is right"


def test_organization_upstream_environment_and_time(tried: Any) -> None:
    rules = (
        rule("t/owner", f'{POLICY} == "Ada"'),
        rule("t/upstream", '$all([a.verdict == "pass" for a in upstream.assets])'),
        rule("t/environment", 'appetite.environment == "staging" and metadata.name == "d"'),
        rule("t/time", "$within(lifecycle.review_due, appetite.review_days.training.max)"),
    )
    asset = {"ref": "dataset/x", "verdict": "pass"}
    recent = {"spec.lifecycle.review_due": "2020-05-01"}
    done = tried(
        case("pass", "t/owner", organization={"ai_policy": {"owner": "Ada"}}),
        case("missing", "t/owner"),
        case("pass", "t/upstream", upstream={"assets": [asset]}),
        case("fail", "t/upstream", upstream={"assets": [asset, {**asset, "verdict": "fail"}]}),
        case("missing", "t/upstream", upstream={"assets": [{"ref": "dataset/x"}]}),
        case("pass", "t/environment", environment="staging"),
        case("fail", "t/environment"),
        case("pass", "t/time", set=recent, at="2020-06-01T00:00:00Z"),
        case("fail", "t/time", set=recent),
        rules=rules,
    )
    assert not done.problems
    assert [r.failure.message for r in done.results if r.failure is not None] == []


trees = st.recursive(
    st.integers(), lambda t: st.dictionaries(st.sampled_from("abc"), t) | st.lists(t), max_leaves=8
)
paths = st.lists(st.sampled_from("abc") | st.integers(0, 3), min_size=1, max_size=4).map(tuple)


@given(trees, paths, st.integers())
def test_what_is_put_is_there_and_can_be_removed(tree: Any, path: tuple[Any, ...], value: int) -> None:
    if put(tree, path, value):
        found = tree
        for step in path:
            found = found[step]
        assert found == value
        assert remove(tree, path)

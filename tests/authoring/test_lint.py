"""Lint: each check against a rule that has the fault and one that has not; files of every kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aims_policy.authoring import checks
from aims_policy.authoring.lint import Linted, lint

OUTCOMES = ("pass", "fail", "missing")


def policy(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "aims/v1", "kind": "Policy", "metadata": {"name": "p"}, "rules": list(rules)}


def rule(rule_id: str = "t/good", require: str = 'metadata.owner != ""', **more: Any) -> dict[str, Any]:
    return {
        "id": rule_id,
        "controls": ["A.7.5"],
        "title": "Somebody owns the data",
        "applies_to": ["Dataset"],
        "require": require,
        "severity": "high",
        "rationale": "Nobody can be asked.",
        "remediation": "Fill in metadata.owner.",
        **more,
    }


def expecting_all(*rule_ids: str) -> dict[str, Any]:
    manifest = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "d", "owner": "Ada"}}
    cases = [
        {"name": f"{r} {o}", "rule": r, "manifest": "m", "expect": o} for r in rule_ids for o in OUTCOMES
    ]
    return {
        "apiVersion": "aims/v1",
        "kind": "PolicyTest",
        "policy": "p.yaml",
        "manifests": {"m": manifest},
        "tests": cases,
    }


class Folder:
    """Files of a case; YAML is a superset of the JSON that is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lint(self, **files: Any) -> Linted:
        names = []
        for name, content in files.items():
            file = self.path / f"{name.replace('__', '.')}.yaml"
            file.write_text(
                content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8"
            )
            names.append((str(file), False))
        return lint(names)

    def codes(self, **files: Any) -> list[str]:
        found = self.lint(**files)
        return [d.code for d in (*found.policies, *found.manifests)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    workspace = {
        "apiVersion": "aims/v1",
        "kind": "Workspace",
        "metadata": {"name": "w"},
        "policies": ["base.yaml"],
    }
    (tmp_path / "aims.yaml").write_text(json.dumps(workspace), encoding="utf-8")
    (tmp_path / "base.yaml").write_text(json.dumps(policy(rule("base/owner"))), encoding="utf-8")
    return Folder(tmp_path)


FAULTS = {
    "misfiled-control": rule(controls=["A.10.3"], title="Prompt injection tests are passed"),
    "literal-threshold": rule(require="content.records >= 1000"),
    "constant-condition": rule(require="appetite.depth.statement.min > 0"),
    "coalesced-when": rule(when='(lifecycle.stage ?? "design") == "production"'),
    "impossible-choice": rule(when='lifecycle.stage == "prodction"'),
    "unknown-field": rule(require='metadata.ownr != ""'),
    "unknown-control": rule(controls=["A.7.9"]),
    "not-boolean": rule(require="metadata.owner"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_where_it_stands(folder: Folder, code: str) -> None:
    found = folder.lint(p=policy(FAULTS[code]), p__test=expecting_all("t/good"))
    [diagnostic] = [d for d in found.policies if d.code == code]
    assert diagnostic.line > 1
    assert diagnostic.source_line
    assert [d.code for d in found.policies] == [code]


def test_what_compares_with_itself(folder: Folder) -> None:
    codes = folder.codes(
        p=policy(rule(require="metadata.owner == metadata.owner")), p__test=expecting_all("t/good")
    )
    assert codes == ["constant-condition"]


def test_a_when_that_is_always_true_and_one_that_reads_the_tier(folder: Folder) -> None:
    assert folder.codes(p=policy(rule(when="1 == 2")), p__test=expecting_all("t/good")) == [
        "constant-condition"
    ]
    switch = rule(when="appetite.evaluation.independent.required")
    assert folder.codes(p=policy(switch), p__test=expecting_all("t/good")) == []


def test_a_good_rule_has_no_remarks(folder: Folder) -> None:
    assert folder.codes(p=policy(rule()), p__test=expecting_all("t/good")) == []


@pytest.mark.parametrize(
    "require",
    [
        "content.features.length > 0",
        "content.records >= 1",
        "content.records >= appetite.evaluation.sample_size.min",
    ],
)
def test_what_is_no_threshold(folder: Folder, require: str) -> None:
    assert folder.codes(p=policy(rule(require=require)), p__test=expecting_all("t/good")) == []


def test_a_literal_in_a_comprehension_is_pointed_at(folder: Folder) -> None:
    require = "$all([m.value <= -0.25 for m in quality.measurements])"
    found = folder.lint(p=policy(rule(require=require)), p__test=expecting_all("t/good"))
    [diagnostic] = found.policies
    assert diagnostic.source_line[diagnostic.column - 1 :].startswith("-0.25")
    assert diagnostic.length == len("-0.25")


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ('"prodction" != lifecycle.stage', ["prodction"]),
        ('lifecycle.stage in ["staging", "productoin", "live"]', ["productoin", "live"]),
        ('$all([e.type == "copied" for e in provenance.events])', ["copied"]),
        ('provenance.events[0].type == "copied"', ["copied"]),
        ('$any([e.type != "copy" for e in provenance.events])', []),
        ('(lifecycle.stage ?? "none") in ["production", "none"]', []),
        ('(lifecycle.stage ?? "none") == "live"', ["live"]),
        ('metadata.owner == "prodction"', []),
        ('kind == "Dataset"', []),
    ],
)
def test_texts_that_a_field_never_has(folder: Folder, condition: str, never: list[str]) -> None:
    found = folder.lint(p=policy(rule(require=condition)), p__test=expecting_all("t/good"))
    said = [d.message for d in found.policies if d.code == "impossible-choice"]
    assert said == [f"the field is never `{text}`" for text in never]


def test_a_text_that_one_kind_can_have_is_no_fault_for_another(folder: Folder) -> None:
    """Stages are the same everywhere; roles of content are a Dataset's own."""
    both = {**rule(require='lifecycle.stage == "prodction"'), "applies_to": ["Model", "Dataset"]}
    assert folder.codes(p=policy(both), p__test=expecting_all("t/good")).count("impossible-choice") == 1


def test_assets_in_a_circle_are_found_before_anything_is_decided(folder: Folder) -> None:
    def model(name: str, base: str) -> dict[str, Any]:
        spec = {"provenance": {"base_models": [{"ref": base}]}}
        return {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": name}, "spec": spec}

    found = folder.lint(a=model("a", "b"), b=model("b", "a"))
    [circle] = found.manifests
    assert (circle.code, circle.severity) == ("circular-reference", "error")
    assert "`model/a → model/b → model/a`" in circle.message
    assert circle.line > 1
    assert folder.codes(a=model("a", "b"), b=model("b", "c")) == []


def test_rules_that_are_well_formed_are_checked_beside_those_that_are_not(folder: Folder) -> None:
    broken = {k: v for k, v in rule("t/broken").items() if k != "severity"}
    codes = folder.codes(
        p=policy(broken, FAULTS["unknown-field"], {**FAULTS["unknown-control"], "id": "t/control"})
    )
    assert {"missing-field", "unknown-field", "unknown-control"} <= set(codes)


@pytest.mark.parametrize(
    ("field", "value", "message", "help_"),
    [
        ("controls", "A.7.5", "`controls` is the text `A.7.5`; a list is expected", "write [A.7.5]"),
        ("controls", [], "`controls` is empty", "at least 1 entry is needed"),
        ("title", 3, "`title` is the number 3; a text is expected", 'write "3", in quotes'),
        ("title", True, "`title` is `true`; a text is expected", 'write "true", in quotes'),
        ("rationale", ["a"], "`rationale` is a list; a text is expected", ""),
        ("remediation", "", "`remediation` is empty", "at least 1 character is needed"),
        (
            "id",
            "sources recorded",
            "`sources recorded` does not have the form of `id`",
            "as A.7.5/sources-recorded",
        ),
    ],
)
def test_what_has_the_wrong_form_is_said_in_the_words_of_the_file(
    folder: Folder, field: str, value: Any, message: str, help_: str
) -> None:
    found = folder.lint(p=policy({**rule(), field: value}))
    [diagnostic] = [d for d in found.policies if d.severity == "error"]
    assert diagnostic.message == message
    assert help_ in diagnostic.help


def test_a_misspelt_kind_is_told_once_with_the_kind_that_was_meant(folder: Folder) -> None:
    misspelt = {**policy(rule()), "kind": "Polcy"}
    alone = folder.lint(p=misspelt)
    assert [(p.code, p.help) for p in (*alone.policies, *alone.manifests)] == [
        ("unknown-kind", "did you mean `Policy`?")
    ]
    workspace = {
        "apiVersion": "aims/v1",
        "kind": "Workspace",
        "metadata": {"name": "w"},
        "policies": ["p.yaml"],
    }
    named = folder.lint(aims=workspace, p=misspelt)
    assert [(p.code, p.help) for p in (*named.policies, *named.manifests)] == [
        ("unknown-choice", "did you mean `Policy`?")
    ]


def test_a_misspelt_field_is_not_missing_as_well(folder: Folder) -> None:
    misspelt = {("requires" if k == "require" else k): v for k, v in rule().items()}
    [diagnostic] = [d for d in folder.lint(p=policy(misspelt)).policies if d.severity == "error"]
    assert (diagnostic.code, diagnostic.help) == ("unknown-field", "did you mean `require`?")


def test_the_same_condition_twice(folder: Folder) -> None:
    codes = folder.codes(p=policy(rule(), rule("t/twin")), p__test=expecting_all("t/good", "t/twin"))
    assert codes == ["same-condition"]


def test_a_rule_without_tests_and_one_with_some(folder: Folder) -> None:
    some = expecting_all("t/some")
    some["tests"] = [t for t in some["tests"] if t["expect"] == "pass"]
    found = folder.lint(p=policy(rule(), rule("t/some", "content.features.length > 0")), p__test=some)
    assert [(d.code, d.severity) for d in found.policies] == [("untested-rule", "warning")] * 2
    messages = {d.message for d in found.policies}
    assert messages == {"rule `t/good` has no test", "rule `t/some` has no test that expects fail or missing"}


def test_duplicate_rules_across_files(folder: Folder) -> None:
    assert "duplicate-rule" in folder.codes(p=policy(rule()), q=policy(rule()))


def test_a_test_of_a_rule_that_is_not_there(folder: Folder) -> None:
    found = folder.lint(p=policy(rule()), p__test=expecting_all("t/good", "t/goood"))
    wrong = [d for d in found.policies if d.code == "unknown-rule"]
    assert len(wrong) == len(OUTCOMES)
    assert wrong[0].help == "did you mean `t/good`?"


def test_waivers_are_read_in_the_light_of_the_workspace(folder: Folder) -> None:
    waiver = {
        "id": "W-1",
        "rules": ["base/ownr"],
        "assets": ["dataset/loans"],
        "approver": "Grace",
        "justification": "The steward is being appointed this month.",
        "granted": "2026-01-01",
        "expires": "2026-02-01",
    }
    file = {
        "apiVersion": "aims/v1",
        "kind": "Waivers",
        "waivers": [waiver, {**waiver, "id": "W-2", "rules": ["base/owner"]}],
    }
    found = folder.lint(waivers=file)
    assert [(d.code, d.severity, d.help) for d in found.policies] == [
        ("unknown-rule", "error", "did you mean `base/owner`?; this waiver does nothing")
    ]


def test_an_override_in_force_is_no_fault(folder: Folder) -> None:
    workspace = json.loads((folder.path / "aims.yaml").read_text(encoding="utf-8"))
    override = {
        "rule": "base/owner",
        "severity": "low",
        "justification": "It is asked for elsewhere, see R-12.",
    }
    found = folder.lint(aims={**workspace, "overrides": [override]}).policies
    assert [(d.code, d.severity) for d in found] == [("override", "note")]


def test_a_workspace_that_is_wrong_makes_no_rule_seem_wrong(folder: Folder) -> None:
    workspace = json.loads((folder.path / "aims.yaml").read_text(encoding="utf-8"))
    workspace |= {"extensions": {"Dataset": "own.json"}, "appetite": "appetites.yaml", "policies": ["p.yaml"]}
    rules = [rule("t/own", 'extensions.team == "a"'), rule("t/limit", "content.records > appetite.own.min")]
    wrong = rule("t/wrong", "content.record > 1")
    found = folder.lint(aims=workspace, p=policy(*rules, wrong)).policies
    assert sorted(d.code for d in found if d.severity == "error") == [
        "no-appetite",
        "no-file",
        "unknown-field",
    ]


def test_an_idle_waiver_of_a_workspace(folder: Folder) -> None:
    waiver = {
        "id": "W-1",
        "rules": ["base/owner"],
        "assets": ["dataset/loan", "model/loans"],
        "approver": "Grace",
        "justification": "The steward is being appointed this month.",
        "granted": "2026-01-01",
        "expires": "2026-02-01",
    }
    asset = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}}
    found = folder.lint(
        aims=(folder.path / "aims.yaml").read_text(encoding="utf-8"),
        base=(folder.path / "base.yaml").read_text(encoding="utf-8"),
        base__test=expecting_all("base/owner"),
        waivers={"apiVersion": "aims/v1", "kind": "Waivers", "waivers": [waiver]},
        loans=asset,
    )
    messages = [d.message for d in found.policies]
    assert {d.code for d in found.policies} == {"idle-waiver"}
    assert messages[0].endswith(("which is not in the inventory", "does not speak of `model/loans`"))
    assert len(messages) == 3


def test_a_key_that_may_sign_only_what_is_not_there(folder: Folder) -> None:
    (folder.path / "k.pem").write_text("a key")
    asset = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}}
    found = folder.lint(
        aims=json.dumps(WORKSPACE_WITH_KEYS),
        base=(folder.path / "base.yaml").read_text(encoding="utf-8"),
        base__test=expecting_all("base/owner"),
        loans=asset,
    )
    [problem] = found.policies
    assert (problem.code, problem.severity) == ("idle-key", "warning")
    assert problem.message == "key `k.pem` may sign `dataset/loan`, and no such asset is in the inventory"
    assert problem.help == "did you mean `dataset/loans`?"


def test_a_least_tier_of_what_is_not_there(folder: Folder) -> None:
    workspace = {**WORKSPACE_WITH_KEYS, "tiers": [{"assets": ["dataset/*", "dataset/loan"], "least": "high"}]}
    del workspace["signing"]
    asset = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}}
    found = folder.lint(
        aims=json.dumps(workspace),
        base=(folder.path / "base.yaml").read_text(encoding="utf-8"),
        base__test=expecting_all("base/owner"),
        loans=asset,
    )
    [problem] = found.policies
    assert (problem.code, problem.severity) == ("idle-tier", "warning")
    assert (
        problem.message == "tier high is the least for `dataset/loan`, and no such asset is in the inventory"
    )
    assert problem.help == "did you mean `dataset/loans`?"


@pytest.mark.parametrize("named", [("rule", "base/owner"), ("rules", ["base/*"])])
def test_an_override_for_what_is_not_there(folder: Folder, named: tuple[str, Any]) -> None:
    given = {named[0]: named[1], "severity": "low", "justification": "The bank's register has the owners."}
    workspace = {**WORKSPACE_WITH_KEYS, "overrides": [{**given, "assets": ["dataset/loan"]}]}
    del workspace["signing"]
    found = folder.lint(
        aims=json.dumps(workspace),
        base=(folder.path / "base.yaml").read_text(encoding="utf-8"),
        base__test=expecting_all("base/owner"),
        loans={"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}},
    )
    [problem] = found.policies
    assert (problem.code, problem.severity) == ("idle-override", "warning")
    assert problem.help == "did you mean `dataset/loans`?"


WORKSPACE_WITH_KEYS = {
    "apiVersion": "aims/v1",
    "kind": "Workspace",
    "metadata": {"name": "w"},
    "policies": ["base.yaml"],
    "signing": {"keys": ["k.pem", {"file": "k.pem", "assets": ["dataset/lo*", "dataset/loan"]}]},
}


def test_a_reference_of_a_workspace_that_leads_nowhere(folder: Folder) -> None:
    def model(data: str) -> dict[str, Any]:
        spec = {"training_data": {"datasets": [{"ref": data}]}}
        return {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}, "spec": spec}

    loans = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}}
    workspace = (folder.path / "aims.yaml").read_text(encoding="utf-8")
    [nowhere] = folder.lint(aims=workspace, scorer=model("lones"), loans=loans).manifests
    assert (nowhere.code, nowhere.severity) == ("dangling-reference", "warning")
    assert nowhere.help == "did you mean `dataset/loans`?"
    assert folder.lint(aims=workspace, scorer=model("loans"), loans=loans).manifests == ()
    assert folder.lint(scorer=model("lones")).manifests == (), "without its workspace it may be elsewhere"


def test_ids_that_an_inventory_gives_twice(folder: Folder) -> None:
    loans = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "loans"}}
    workspace = json.loads((folder.path / "aims.yaml").read_text(encoding="utf-8"))
    workspace["inventory"] = ["[lt]*.yaml"]
    [twice] = folder.lint(aims=workspace, loans=loans, twin=loans).manifests
    assert (twice.code, Path(twice.file).name, twice.line) == ("duplicate-asset", "twin.yaml", 5)
    assert "`dataset/loans` is described already in" in twice.message
    assert "loans.yaml:5`" in twice.message
    assert folder.lint(aims=workspace, loans=loans, draft=loans).manifests == (), "a draft is in no inventory"


def test_evidence_of_an_inventory_is_no_second_asset(folder: Folder) -> None:
    (folder.path / "scorer.md").write_text("---\nlicense: mit\n---\n# scorer\n", encoding="utf-8")
    workspace = json.loads((folder.path / "aims.yaml").read_text(encoding="utf-8"))
    (folder.path / "aims.yaml").write_text(
        json.dumps({**workspace, "inventory": ["scorer.yaml", "scorer.md"]}), encoding="utf-8"
    )
    frame = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}}
    listed = {**frame, "spec": {"evidence": [{"file": "scorer.md"}]}}
    for spec, codes in ((listed, []), (frame, ["duplicate-asset"])):
        (folder.path / "scorer.yaml").write_text(json.dumps(spec), encoding="utf-8")
        found = lint([(str(folder.path / name), True) for name in ("aims.yaml", "scorer.yaml", "scorer.md")])
        assert [d.code for d in found.manifests if d.severity == "error"] == codes


def test_a_manifest_is_read_with_the_evidence_that_it_lists(folder: Folder) -> None:
    report = '<testsuite name="scorer" tests="1"><testcase classname="t" name="test_it"/></testsuite>'
    (folder.path / "tests.xml").write_text(report, encoding="utf-8")
    frame = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}}
    assert folder.codes(scorer={**frame, "spec": {"evidence": [{"file": "tests.xml"}]}}) == []
    assert folder.codes(scorer={**frame, "spec": {"evidence": [{"file": "test.xml"}]}}) == ["cannot-read"]


def test_a_wrong_appetite_and_a_wrong_manifest_are_kept_apart(folder: Folder) -> None:
    manifest = {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "d", "ownr": "Ada"}}
    found = folder.lint(a={"apiVersion": "aims/v1", "kind": "RiskAppetite"}, d=manifest)
    assert [d.code for d in found.manifests] == ["unknown-field"]
    assert found.policies
    assert {Path(d.file).name for d in found.policies} == {"a.yaml"}
    assert (found.policy_files, found.manifest_files) == (1, 1)


def test_all_that_is_wrong_is_said_at_once(folder: Folder) -> None:
    codes = folder.codes(
        p=policy(FAULTS["unknown-field"], {**FAULTS["not-boolean"], "id": "t/other"}),
        q="kind: [",
        r=policy({}),
    )
    assert {"unknown-field", "not-boolean", "yaml-syntax", "missing-field"} <= set(codes)


@pytest.mark.parametrize(
    ("text", "of_policies"), [("kind: Policy\nrules: [", True), ("kind: Model\nspec: [", False)]
)
def test_a_file_that_does_not_parse_is_told_by_its_kind(folder: Folder, text: str, of_policies: bool) -> None:
    found = folder.lint(x=text)
    assert [d.code for d in found.policies] == (["yaml-syntax"] if of_policies else [])
    assert [d.code for d in found.manifests] == ([] if of_policies else ["yaml-syntax"])


def test_a_problem_is_told_once_also_from_outside_the_workspace(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "base.yaml").write_text(json.dumps(policy(FAULTS["unknown-field"])), encoding="utf-8")
    monkeypatch.chdir(folder.path.parent)
    name = folder.path.name
    found = lint([(f"{name}/aims.yaml", True), (f"{name}/base.yaml", True)])
    assert [(d.code, d.file) for d in found.policies if d.severity == "error"] == [
        ("unknown-field", f"{name}/base.yaml")
    ]


def test_what_is_only_met_in_a_folder_is_passed_over(folder: Folder) -> None:
    (folder.path / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    found = lint([(str(folder.path / "compose.yaml"), True)])
    assert found.passed_over == (str(folder.path / "compose.yaml"),)
    assert not found.manifests


def test_every_check_is_named_for_its_file_and_says_what_it_means() -> None:
    assert len(checks.names()) >= 7
    for name in checks.names():
        assert checks.meaning(name).endswith(".")

"""The documentation says what the code does."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from aims_policy.decision import evaluate
from aims_policy.language import builtins
from aims_policy.language.attributes import ATTRIBUTES
from aims_policy.manifest.asset_ids import is_meant
from aims_policy.manifest.read import read
from aims_policy.policy.load import load_bundle
from aims_policy.source import parse_json

ROOT = Path(__file__).resolve().parent.parent


def test_every_builtin_is_documented() -> None:
    page = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
    section = page.partition("## Builtins")[2].partition("## Tests")[0]
    assert set(builtins.names()) == set(re.findall(r"^\| `\$(\w+)", section, re.MULTILINE))


def test_every_attribute_is_documented() -> None:
    page = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
    rows = page.partition("| of | attributes |")[2].partition("## Builtins")[0]
    told = {
        kind: set(re.findall(r"`(\w+)", names))
        for kind, names in re.findall(r"^\| (\w+) \| (.+) \|$", rows, re.MULTILINE)
    }
    assert told == {
        kind: set(known) for kind, known in ATTRIBUTES.items() if kind != "bytes"
    }  # no evidence is bytes


@pytest.mark.parametrize(
    "condition",
    [
        'content.summary =~ "a.*" and content.summary !~~ "b"',
        'provenance.sources[-1].name[0:3] in ["abc"] and metadata.labels["team"] == "x"',
        "content.records // 2 + content.records % 3 < 2 ** 10",
        'content.last_updated > d"2026-06-01" and $now - content.last_updated < t"P30D"',
        '[s.name for s in provenance.sources if s.digest != ""].length > 0',
        'content.role.to_set & {"training", "test"} == {"training"}',
        "(content.records ?? 0) > 1 ? true : false",
    ],
)
def test_what_the_page_says_can_be_written(condition: str, tmp_path: Path) -> None:
    rule = {
        "id": "T.1/one",
        "controls": ["A.7.5"],
        "title": "t",
        "applies_to": ["Dataset"],
        "require": condition,
    }
    rule |= {"severity": "high", "rationale": "r", "remediation": "f"}
    policy = {"apiVersion": "aims/v1", "kind": "Policy", "metadata": {"name": "p"}, "rules": [rule]}
    file = tmp_path / "p.yaml"
    file.write_text(json.dumps(policy), encoding="utf-8")
    assert load_bundle(policies=[str(file)]).rule("T.1/one") is not None


def test_the_rule_on_intervals_that_the_decision_shows_holds_the_worse_end(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "adr" / "0022-intervals-are-asked-for-or-not-read.md").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    bundle = load_bundle(policies=[tmp_path / "own.yaml"], cache=False)
    measured = {
        "metric": "accuracy",
        "value": 0.81,
        "threshold": 0.8,
        "higher_is_better": True,
        "upper": 0.88,
    }
    for lower, outcome in ((0.805, "pass"), (0.74, "fail"), (0.82, "fail"), (None, "missing")):
        spec = {"risk": {"tier": "high"}, "evaluation": {"measurements": [{**measured, "lower": lower}]}}
        manifest = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}, "spec": spec}
        [subject] = read([parse_json(json.dumps(manifest), "m.json")], bundle.shapes)
        [finding] = evaluate(subject, bundle, at=datetime(2026, 6, 1, tzinfo=timezone.utc)).findings
        assert finding.outcome == outcome, lower


PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted(page for folder in ("docs", "integrations") for page in (ROOT / folder).rglob("*.md")),
]
STARTER = ROOT / "aims_policy" / "authoring" / "starter"


def test_rules_that_the_documentation_names_are_in_the_pack() -> None:
    known = {rule.id for rule in load_bundle(policies=["iso42001"]).rules}
    for page in (*PAGES, *STARTER.rglob("*.yaml")):
        named = re.findall(r"\bA\.\d+(?:\.\d+)+/[a-z*][a-z0-9*-]*", page.read_text(encoding="utf-8"))
        unknown = [name for name in named if not any(is_meant(rule, [name]) for rule in known)]
        assert unknown == [], page.name


def test_every_page_is_reached_from_the_readme() -> None:
    reached, pending = set[Path](), [ROOT / "README.md"]
    while pending:
        page = pending.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
        pending += [(page.parent / link).resolve() for link in links]
    pages = {page for page in PAGES if "adr" not in page.parts}  # those are for who changes the code
    assert pages <= reached, pages - reached


def test_links_in_the_documentation_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [command] = [
        line for line in readme.splitlines() if line.startswith("python3 -m venv") and "pytest" in line
    ]
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

"""The shipped pack as a whole: what it covers, and the law that leaving evidence out never helps."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aims_policy import catalog
from aims_policy.decision import evaluate
from aims_policy.decision.context import Context, UpstreamAsset
from aims_policy.decision.explain import walk
from aims_policy.language.operations import arithmetic
from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.read import read_native
from aims_policy.manifest.paths import steps_of
from aims_policy.manifest.read import read
from aims_policy.policy.bundle import KINDS, Bundle
from aims_policy.policy.load import load_bundle
from aims_policy.policy.shipped import pack_folder
from aims_policy.source import SourceError, parse_json, read_file
from aims_policy.source.strength import VERIFIED, graded

AT = datetime(2026, 6, 1, tzinfo=timezone.utc)
FILES = sorted(p.name for p in pack_folder().glob("*.yaml") if not p.name.endswith(".test.yaml"))


@cache
def bundle() -> Bundle:
    return load_bundle(policies=[pack_folder()], cache=False)


def written_beside(name: str) -> dict[str, Any]:
    return read_file(pack_folder() / name.replace(".yaml", ".test.yaml"))[0].value


def every_test() -> Iterator[dict[str, Any]]:
    for name in FILES:
        yield from written_beside(name)["tests"]


def test_every_control_has_at_least_two_rules() -> None:
    implementing = Counter(c for rule in bundle().rules for c in rule.controls)
    assert {c: implementing[c] for c in catalog.controls() if implementing[c] < 2} == {}


def test_the_pack_has_rules_for_every_kind_and_enough_of_them() -> None:
    assert len(bundle().rules) >= 110
    kinds = Counter(kind for rule in bundle().rules for kind in rule.applies_to)
    assert all(kinds[kind] >= 5 for kind in KINDS), kinds


def test_every_rule_is_tested_to_pass_to_fail_and_to_miss_evidence() -> None:
    tested: dict[str, set[str]] = {}
    for test in every_test():
        tested.setdefault(test["rule"], set()).add(test["expect"])
    lacking = {r.id: {"pass", "fail", "missing"} - tested.get(r.id, set()) for r in bundle().rules}
    assert {rule: lacks for rule, lacks in lacking.items() if lacks} == {}


def test_every_rule_says_what_a_reader_needs() -> None:
    for rule in bundle().rules:
        assert len(rule.rationale.split()) >= 8, rule.id
        assert len(rule.remediation.split()) >= 6, rule.id
        assert rule.id.split("/")[0] in rule.controls, rule.id


def test_limits_come_from_the_appetite() -> None:
    """A rule that compares evidence with a number of its own would take a decision away from the organization."""
    used = Counter(rule.id for rule in bundle().rules if "appetite." in rule.require)
    assert len(used) >= 50


# --- removing evidence never helps ------------------------------------------------------------------------

ABSENT = object()
WAYS: dict[str, Any] = {
    "absent": ABSENT,
    "null": None,
    "empty text": "",
    "empty list": [],
    "empty mapping": {},
    "wrong type": [["nothing", "of", "the", "kind"]],
    "other wrong type": [{"no": "thing"}],
    "placeholder": "[More Information Needed]",
}


@pytest.mark.parametrize("name", FILES)
def test_removing_evidence_never_helps(name: str) -> None:
    """For every rule of a file, on every manifest it is tested with, every value it reads, in every way."""
    document = written_beside(name)
    tried = 0
    for test in document["tests"]:
        tried += removals(document, test)
    assert tried > 0


def removals(document: dict[str, Any], test: dict[str, Any]) -> int:
    value, organization, upstream = surroundings(document, test)
    evidence = test.get("evidence", ())
    before, paths = outcome(test["rule"], value, organization, upstream, evidence)
    tried = 0
    for path in paths:
        for way, instead in WAYS.items():
            after = after_removal(test["rule"], value, organization, upstream, evidence, path, instead)
            tried += 1
            said = f"{test['rule']} ({test['name']}): {before} -> {after} with {path} {way}"
            assert after != "pass" or before == "pass", said
            assert after != "not_applicable" or before == "not_applicable", said
    return tried


def after_removal(
    rule: str, value: Any, organization: Any, upstream: Any, evidence: Any, path: str, instead: Any
) -> str:
    steps = steps_of(path)
    if steps[-1] == "strength":  # not a field: the record whose strength it is goes
        steps = steps[:-1]
    value, organization, upstream = copy.deepcopy((value, organization, upstream))
    if steps[0] == "organization":
        replace(organization, submitted(steps[1:]), instead)
    elif steps[0] == "upstream":
        replace(upstream, steps[1:], instead)
    else:
        replace(value, submitted(steps), instead)
    try:
        return outcome(rule, value, organization, upstream, evidence)[0]
    except SourceError:
        return "refused"


def submitted(steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a manifest has what a rule calls by ``steps``."""
    return steps if steps[0] == "metadata" else ("spec", *steps)


def replace(tree: Any, steps: tuple[str | int, ...], instead: Any) -> None:
    for step in steps[:-1]:
        tree = tree[step]
    if instead is not ABSENT:
        tree[steps[-1]] = instead
    elif isinstance(tree, list):
        tree[steps[-1]] = None  # an element of a list: its place stays, what it said is gone
    else:
        del tree[steps[-1]]


def outcome(
    rule: str, value: Any, organization: Any, upstream: Any, evidence: Any = ()
) -> tuple[str, list[str]]:
    """The rule's outcome on a manifest, and the paths of values that it read in the manifest itself."""
    manifest = with_evidence(as_manifest(value), evidence)
    found = next(r for r in bundle().rules if r.id == rule)
    assert manifest.kind in found.applies_to, f"the test of {rule} has a manifest of another kind"
    when, require = bundle().expressions(rule, manifest.kind)
    tier = manifest.data.get("risk", {}).get("tier") or bundle().appetite.strictest()
    names = {
        **manifest.data,
        "appetite": bundle().appetite.resolve(tier, "production"),
        "upstream": {"count": Decimal(0)},
    }
    if organization is not None:
        profile = as_manifest(organization) if manifest.kind != "Organization" else manifest
        names["organization"] = profile.data
    if upstream:
        assets = tuple(stripped(a) for a in upstream.get("assets") or ())
        counted = {"count": Decimal(upstream["count"])} if isinstance(upstream.get("count"), int) else {}
        names["upstream"] = {**counted, **({"assets": assets} if assets else {})}
    with arithmetic():
        walked = walk(when, require, names, AT)
    read = {p for r in (walked.when, walked.require) if r for p, _ in r.evidence}
    own = [p for p in read if not p.startswith("appetite") and p not in ("kind", "upstream.count")]
    return walked.outcome, sorted(p for p in own if manifest.locate(p).file == manifest.file)


def with_evidence(manifest: Manifest, evidence: Any) -> Manifest:
    """The manifest merged with what a test gives as evidence from other sources."""
    frame = {"apiVersion": "aims/v1", "kind": manifest.kind, "metadata": {"name": manifest.name}}
    pieces = []
    for number, given in enumerate(evidence):
        text = json.dumps({**frame, "spec": given["spec"]}, default=float)
        document = parse_json(text, f"{number}.json")
        piece = read_native(document, bundle().shapes, proven=given["strength"] == VERIFIED)
        pieces.append(piece.with_data(graded(piece.data, given["strength"])))
    return merged(manifest, pieces)


def stripped(asset: Any) -> dict[str, Any]:
    if not isinstance(asset, dict):
        return {}
    return {
        k: tuple(v) if isinstance(v, list) else v for k, v in asset.items() if v and isinstance(v, str | list)
    }


def as_manifest(value: Any) -> Manifest:
    [manifest] = read([parse_json(json.dumps(value, default=float), "m.json")], bundle().shapes)
    return manifest


def surroundings(document: dict[str, Any], test: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The manifest of a test with its changes, the organization it is decided under, what it is built on."""
    base = test["manifest"]
    value = copy.deepcopy(document["manifests"][base] if isinstance(base, str) else base)
    for path, given in test.get("set", {}).items():
        put(value, steps_of(path), given)
    for path in test.get("remove", ()):
        replace(value, steps_of(path), ABSENT)
    organization = test.get("organization")
    if organization is not None:
        organization = {
            "apiVersion": "aims/v1",
            "kind": "Organization",
            "metadata": {"name": "o"},
            "spec": organization,
        }
    upstream = test.get("upstream")
    if upstream:
        upstream = {
            **upstream,
            "count": len(upstream["assets"]),
        }  # the engine's own, as no manifest can say it
    return value, organization, upstream


def put(tree: Any, steps: tuple[str | int, ...], given: Any) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {}) if isinstance(tree, dict) else tree[step]
    if isinstance(tree, list) and isinstance(steps[-1], int) and steps[-1] == len(tree):
        tree.append(given)
    else:
        tree[steps[-1]] = given


# --- the tests beside the policies, by the engine itself ---------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_what_stands_beside_a_policy_comes_out_as_expected(name: str) -> None:
    document = written_beside(name)
    for test in document["tests"]:
        value, organization, upstream = surroundings(document, test)
        at = datetime.fromisoformat(str(test.get("at") or document.get("at") or AT.isoformat()))
        assets = tuple(
            UpstreamAsset(
                a.get("ref", ""), a.get("kind", ""), a.get("name", ""), a.get("relation", ""), a.get("verdict", ""),
                tuple(a.get("failing", ())), (a.get("path", ""),), "",
                a.get("version", ""), a.get("digest", ""), a.get("tier", ""),
            )
            for a in (upstream or {}).get("assets", ())
        )  # fmt: skip
        decision = evaluate(
            with_evidence(as_manifest(value), test.get("evidence", ())),
            bundle(),
            environment=test.get("environment") or document.get("environment") or "production",
            at=at if at.tzinfo else at.replace(tzinfo=timezone.utc),
            context=Context(as_manifest(organization) if organization else None, assets),
        )
        [finding] = [f for f in decision.findings if f.rule == test["rule"]]
        said = f"{test['rule']} ({test['name']}): {finding.error or finding.missing or finding.evidence}"
        assert finding.outcome == test["expect"], said


def test_every_policy_has_its_tests() -> None:
    assert FILES
    assert all((pack_folder() / n.replace(".yaml", ".test.yaml")).is_file() for n in FILES)


def test_the_names_of_files_follow_their_controls() -> None:
    for name in FILES:
        controls = {r.id.split("/")[0] for r in bundle().rules if Path(r.file).name == name}
        [control] = controls
        assert name.startswith(control.lower().replace(".", "-") + "-"), name

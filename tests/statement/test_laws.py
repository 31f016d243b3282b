"""Laws of the statement and of the gap analysis, under the shipped pack and under workspaces made at random."""

from __future__ import annotations

import copy
import json
import shutil
from collections import Counter
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy import catalog
from aims_policy.api import read_inventory
from aims_policy.decision import Decision, decide
from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.manifest import Manifest
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.documents.statement import read_statement
from aims_policy.policy.load import load_bundle
from aims_policy.policy.statement import ControlChoice, Declared, declared
from aims_policy.source import parse_json
from aims_policy.statement.applicability import Statement, statement
from aims_policy.statement.gap import order
from aims_policy.statement.gaps import Analysis, analysis
from aims_policy.statement.grouping import WAYS, grouped, to_tell
from aims_policy.statement.profile import Profile, profile_of
from aims_policy.statement.standing import HELD, STATES, Standing, standing, state_of
from tests.statement.conftest import WORKSPACE

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "credit-scoring"
AT = datetime(2026, 6, 15, tzinfo=timezone.utc)
PLACES = {"harbour": WORKSPACE, "credit-scoring": EXAMPLE}


@cache
def bundle_of(name: str) -> Bundle:
    return load_bundle(workspace=PLACES[name], cache=False)


@cache
def inventory_of(name: str) -> tuple[Manifest, ...]:
    return tuple(read_inventory(bundle_of(name)))


def decisions_on(name: str, manifests: tuple[Manifest, ...]) -> list[Decision]:
    return [decision for _, decision in decide(manifests, bundle_of(name), at=AT)]


@cache
def stood(name: str) -> Standing:
    return standing(decisions_on(name, inventory_of(name)), bundle_of(name))


def made(name: str, said: Declared | None, unread: tuple[Diagnostic, ...] = ()) -> Statement:
    profile = profile_of(inventory_of(name))
    return statement(
        bundle_of(name),
        said,
        stood(name),
        profile,
        workspace="aims.yaml",
        date=AT,
        environment="production",
        unread=unread,
    )


def found(name: str) -> Analysis:
    said = declared(PLACES[name])
    manifests = inventory_of(name)
    decisions = decisions_on(name, manifests)
    return analysis(made(name, said), decisions, manifests, bundle_of(name), profile_of(manifests))


CHOICES = st.builds(
    ControlChoice,
    control=st.sampled_from([*catalog.controls(), "HB.1", "OWN.2"]),
    title=st.sampled_from(["", "Title"]),
    applicable=st.sampled_from([True, False, None]),
    ground=st.sampled_from(["", "no_risk_needs_it"]),
    justification=st.sampled_from(["", "A reason of the harbour's own."]),
    risks=st.lists(st.sampled_from(["R-1", "R-9"]), unique=True).map(tuple),
    responsible=st.sampled_from(["", "Ada Lind"]),
    implementation=st.sampled_from(["", "By hand"]),
    documents=st.just(()),
    file=st.just("statement.yaml"),
    line=st.integers(1, 99),
)
DECLARED = st.builds(
    Declared,
    name=st.just("s"),
    version=st.just(""),
    owner=st.just(""),
    approver=st.sampled_from(["", "Nils Holm"]),
    approved_on=st.sampled_from([None, AT.replace(year=2025), AT.replace(year=2027)]),
    risk_treatment_plan=st.just(""),
    controls=st.lists(CHOICES, unique_by=lambda choice: choice.control).map(tuple),
    file=st.just("statement.yaml"),
    digest=st.just("sha256:0"),
)  # fmt: skip


@given(said=st.none() | DECLARED)
@settings(max_examples=60, deadline=None)
def test_every_control_appears_exactly_once(said: Declared | None) -> None:
    rows = made("harbour", said).rows
    ids = [row.control for row in rows]
    own = {"HB.1"} | ({c.control for c in said.controls if c.control == "OWN.2"} if said else set())
    assert ids[:38] == list(catalog.controls())
    assert Counter(ids[38:]) == Counter(own)


@given(said=st.none() | DECLARED)
@settings(max_examples=60, deadline=None)
def test_complete_is_only_what_is_decided_justified_and_approved(said: Declared | None) -> None:
    found = made("harbour", said)
    approved = (
        said is not None and bool(said.approver) and said.approved_on is not None and said.approved_on <= AT
    )
    decided = all(row.applicable is not None and row.justification for row in found.rows)
    assert (not found.missing) == (approved and decided)


@given(said=DECLARED)
@settings(max_examples=60, deadline=None)
def test_what_people_decide_changes_no_status(said: Declared) -> None:
    plain = {row.control: (row.status, row.assets) for row in made("harbour", None).rows}
    for row in made("harbour", said).rows:
        assert (row.status, row.assets) == plain.get(row.control, ("not_assessed", {}))


def test_the_statement_is_no_part_of_what_decides(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(WORKSPACE, tmp_path / "harbour"))
    workspace = folder / "aims.yaml"
    before = load_bundle(workspace=folder, cache=False).digest
    workspace.write_text(workspace.read_text().replace("statement: statement.yaml\n", ""), encoding="utf-8")
    assert load_bundle(workspace=folder, cache=False).digest == before
    (folder / "statement.yaml").write_text("not: right", encoding="utf-8")
    assert load_bundle(workspace=folder, cache=False).digest == before


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of an evidence tree."""
    return [place for key, below in inner_of(value) for place in ((*path, key), *paths(below, (*path, key)))]


def fields(manifest: Manifest) -> list[tuple[Any, ...]]:
    """Those that are evidence: neither who the asset is, nor a thing in a list as a whole."""
    identity = (("kind",), ("metadata",), ("metadata", "name"))
    return [p for p in paths(manifest.data) if p not in identity and isinstance(p[-1], str)]


def inner_of(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, tuple) else []


def without(value: Any, path: tuple[Any, ...]) -> Any:
    first, *rest = path
    if isinstance(value, dict):
        kept = {key: below for key, below in value.items() if key != first or rest}
        return kept | ({first: without(value[first], tuple(rest))} if rest else {})
    kept_items = [below for index, below in enumerate(value) if index != first or rest]
    if rest:
        kept_items[first] = without(value[first], tuple(rest))
    return tuple(kept_items)


@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_removing_evidence_never_improves_a_status(name: str, data: st.DataObject) -> None:
    manifests = list(inventory_of(name))
    position = data.draw(st.integers(0, len(manifests) - 1))
    places = [
        p for p in paths(manifests[position].data) if p[:2] != ("metadata", "name") and p[0] != "metadata"
    ]
    place = data.draw(st.sampled_from(places)) if places else None
    if place is None or not isinstance(
        place[-1], str
    ):  # an entry of a list is a thing, and not evidence on one
        return
    evidence = without(copy.copy(manifests[position].data), place)
    manifests[position] = manifests[position].with_data(evidence)
    after = standing(decisions_on(name, tuple(manifests)), bundle_of(name))
    before = stood(name)
    improved = {c for c in before.states if before.status(c) not in HELD and after.status(c) in HELD}
    assert not improved, (asset_id(manifests[position].kind, manifests[position].name), place)


@pytest.mark.parametrize("name", PLACES)
def test_every_finding_that_is_no_pass_is_told_by_exactly_one_gap(name: str) -> None:
    gaps = [gap for gap in found(name).gaps if gap.kind == "finding"]
    told = Counter((gap.id, gap.state, asset) for gap in gaps for asset in gap.assets)
    expected = Counter(
        (f.rule, state, own)
        for d in decisions_on(name, inventory_of(name))
        for own in [asset_id(d.subject.kind, d.subject.name)]
        for f in d.findings
        for state in [state_of(f, own, bundle_of(name).overrides)]
        if f.outcome not in ("pass", "not_applicable") and state != "set_aside"
    )
    assert told == expected and told


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("by", WAYS)
def test_gaps_are_in_order_and_each_is_told(name: str, by: str) -> None:
    analysed = found(name)
    assert list(analysed.gaps) == sorted(analysed.gaps, key=order)
    assert all(gap.do and gap.title and (gap.answers or not gap.is_open) for gap in analysed.gaps)
    groups = grouped(analysed, by)
    if by == "control":
        shown = [gap for group in to_tell(groups) for gap in group.gaps]
        alone = [gap for gap in shown if gap.kind != "finding"]
        assert len(alone) == len(set(alone))
        assert set(shown) == set(analysed.gaps)
    elif by != "crosswalk":
        assert {gap for group in groups for gap in group.gaps} == set(analysed.gaps)


@pytest.mark.parametrize("name", PLACES)
def test_what_is_waived_is_not_open_and_says_until_when(name: str) -> None:
    waived = [gap for gap in found(name).gaps if gap.state == "waived"]
    assert waived
    assert all(gap.until and gap.waivers and not gap.is_open for gap in waived)


def test_states_of_assets_add_up() -> None:
    for row in made("credit-scoring", None).rows:
        ids = [own for found in row.assets.values() for own in found]
        assert len(ids) == len(set(ids))
        assert row.status == next((s for s in STATES if s in row.assets), "not_assessed")


def test_an_approval_that_is_still_to_come_is_none_yet() -> None:
    said = declared(EXAMPLE)
    assert said is not None and made("credit-scoring", said).missing == ()
    later = said._replace(approved_on=datetime(2026, 6, 16, tzinfo=timezone.utc))
    assert [lack for _, lack in made("credit-scoring", later).missing] == [
        "it is approved on 2026-06-16 only, after this date"
    ]


def test_placeholders_decide_and_approve_nothing() -> None:
    document = {
        "apiVersion": "aims/v1",
        "kind": "StatementOfApplicability",
        "metadata": {"name": "s"},
        "approver": "nobody",
        "controls": [
            {
                "control": "A.2.2",
                "applicable": False,
                "justification": "TBD",
                "responsible": "TODO",
                "risks": ["N/A"],
            }
        ],
    }
    said = read_statement(parse_json(json.dumps(document), "s.json"))
    assert (said.approver, said.approved_on) == ("", None)
    [choice] = said.controls
    assert (choice.justification, choice.responsible, choice.risks) == ("", "", ())
    row = made("harbour", said).rows[0]
    assert row.decided == "undecided" and row.lacks == ("no justification of its exclusion",)


def test_without_an_organization_nobody_answers() -> None:
    others = [m for m in inventory_of("harbour") if m.kind != "Organization"]
    profile: Profile = profile_of(others)
    assert (profile.id, profile.responsible, profile.documents) == ("", {}, {})
    assert [risk.id for risk in profile.register["R-1"]] == ["R-1"]

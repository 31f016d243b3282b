"""Many manifests in the light of each other: always what deciding them one after the other comes to."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aims_policy.decision import decide
from aims_policy.decision.context import Context
from aims_policy.decision.decide import asset
from aims_policy.decision.evaluate import evaluate
from aims_policy.decision.upstream import Verdict, upstream, verdict_of
from aims_policy.graph.order import BUILT_FROM, build_order
from aims_policy.manifest.asset_ids import asset_id
from tests.decision.conftest import AT, manifest, rule

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle
    from tests.decision.conftest import Maker

RULES = (
    rule("A.7.5/digest", 'provenance.commit == "a"', kinds="Model"),
    rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model"),
)
NAMES = "abcdef"


def model(name: str, bases: Sequence[str], commit: str = "a") -> Manifest:
    references = [{"ref": base} for base in bases]
    provenance: dict[str, Any] = {"commit": commit, **({"base_models": references} if bases else {})}
    return manifest("Model", {"provenance": provenance}, name=name)


def one_after_the_other(
    manifests: Sequence[Manifest], bundle: Bundle, inventory: Sequence[Manifest]
) -> list[Decision]:
    """The meaning of `decide`: all that is needed, in build order, with every decision at hand."""
    known = {asset_id(m.kind, m.name): m for m in (*inventory, *manifests)}
    needed: set[str] = set()
    pending = [asset_id(m.kind, m.name) for m in manifests]
    while pending:
        own = pending.pop()
        if own in known and own not in needed:
            needed.add(own)
            pending += [r.ref_id for r in known[own].references() if r.relation in BUILT_FROM]
    decided: dict[str, Decision] = {}

    def of(one: Manifest, besides: str = "") -> Decision:
        verdicts = {own: verdict_of(own, known[own], d) for own, d in decided.items() if own != besides}
        return evaluate(one, bundle, at=AT, context=Context(None, upstream(one, verdicts.get)))

    for own in build_order([asset(known[own], located=False) for own in needed])[0]:
        decided[own] = of(known[own])
    ids = [asset_id(m.kind, m.name) for m in manifests]
    return [decided[own] if known[own] is m else of(m, own) for own, m in zip(ids, manifests, strict=True)]


MODELS = st.builds(
    model,
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
    st.sampled_from("ab"),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(submitted=st.lists(MODELS, min_size=1, max_size=7), inventory=st.lists(MODELS, max_size=4))
def test_decided_as_one_after_the_other(
    make: Maker, submitted: list[Manifest], inventory: list[Manifest]
) -> None:
    """With circles, references to nothing, ids given twice, and assets that only the inventory has."""
    bundle = make(*RULES)
    found = list(decide(submitted, bundle, at=AT, inventory=inventory))
    assert [m for m, _ in found] == submitted
    assert [d for _, d in found] == one_after_the_other(submitted, bundle, inventory)


class Read(Sequence["Manifest"]):
    """Manifests that are made when they are asked for; counts how many of them anybody still holds."""

    def __init__(self, size: int, bases: int) -> None:
        self.size, self.bases = size, bases
        self.held: weakref.WeakSet[Any] = weakref.WeakSet()
        self.most = 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self.size:
            raise IndexError(index)
        made = Held(model(f"m{index}", [f"m{self.size - 1}"] * (index < self.size - 1)))
        self.held.add(made)
        self.most = max(self.most, len(self.held))
        return made


class Held:
    """A manifest that can be referred to weakly."""

    def __init__(self, of: Manifest) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)


@pytest.mark.parametrize("size", [30, 300])
def test_no_more_than_a_few_manifests_are_held(make: Maker, size: int) -> None:
    bundle = make(*RULES)
    manifests = Read(size, 1)
    verdicts = []
    gc.collect()
    for _, decision in decide(manifests, bundle, at=AT):
        verdicts.append(decision.verdict)
    # The last is built on nothing, and so has no upstream that the second rule could read.
    assert verdicts == ["fail"] * size
    assert manifests.most <= 4


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    calls=st.lists(st.lists(MODELS, min_size=1, max_size=3), min_size=2, max_size=4),
    inventory=st.lists(MODELS, min_size=1, max_size=6),
)
def test_what_was_settled_in_one_call_serves_the_next(
    make: Maker, calls: list[list[Manifest]], inventory: list[Manifest]
) -> None:
    """Also where a call submits another asset under the id of one in the inventory, or closes a circle with it."""
    bundle = make(*RULES)
    settled: dict[str, Verdict] = {}
    for submitted in calls:
        found = decide(submitted, bundle, at=AT, inventory=inventory, settled=settled)
        assert [d for _, d in found] == one_after_the_other(submitted, bundle, inventory)


def test_of_a_submitted_profile_nothing_is_settled(make: Maker) -> None:
    bundle = make(*RULES)
    profile = manifest("Organization", {}, name="acme")
    settled: dict[str, Verdict] = {}
    [*decide([profile, model("a", "b")], bundle, at=AT, inventory=[model("b", "")], settled=settled)]
    assert settled == {}
    [*decide([model("a", "b")], bundle, at=AT, inventory=[model("b", "")], settled=settled)]
    assert list(settled) == ["model/b"]


def test_progress_counts_each_manifest_once(make: Maker) -> None:
    bundle = make(*RULES)
    told: list[int] = []
    submitted = [model("a", ["b"]), model("b", ["c"]), model("d", [])]
    list(decide(submitted, bundle, at=AT, inventory=[model("c", [])], progress=told.append))
    assert told == [1, 2, 3, 4]

"""What a risk appetite may say: limits typed by their names, and no tier or severity softer than a milder one."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest

from aims_policy.language import types as t
from aims_policy.policy.appetite import TIERS, Appetite, from_plain, to_plain
from aims_policy.policy.documents.appetite import appetite_type, read_appetite
from aims_policy.policy.errors import PolicyError
from aims_policy.source import parse_json

SEVERITIES = ("low", "medium", "high", "critical")
LIMITS: dict[str, Any] = {
    "gap": {"max": 5},
    "score": {"min": 5},
    "evidence": {"min": "tool"},
    "review": {"required": True},
    "measures": {"all_of": ["a", "b"]},
    "harm": {"max_by_kind": {"x": 5, "y": 5}},
    "recall": {"min_by_group": {"x": 5, "y": 5}},
}


def document(
    *, tier: str = "high", enforcement: dict[str, Any] | None = None, **limits: Any
) -> dict[str, Any]:
    """An appetite with the same limits in every tier, but for those given for one."""
    tiers = {name: copy.deepcopy(LIMITS) for name in TIERS}
    for name, limit in limits.items():
        tiers[tier][name] = limit
    return {
        "apiVersion": "aims/v1",
        "kind": "RiskAppetite",
        "metadata": {"name": "own"},
        "risk_matrix": [[1] * 5] * 5,
        "enforcement": {s: {"default": "warn"} for s in SEVERITIES} | (enforcement or {}),
        "waivers": {"max_days": dict.fromkeys(SEVERITIES, 30)},
        "tiers": tiers,
    }


def read(plain: dict[str, Any]) -> Appetite:
    return read_appetite(parse_json(json.dumps(plain, indent=1), "appetite.json"))


def wrong(plain: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as caught:
        read(plain)
    assert all(d.line for d in caught.value.diagnostics)
    return [(d.code, d.message) for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("name", "looser", "stricter"),
    [
        ("gap", {"max": 6}, {"max": 4}),
        ("score", {"min": 4}, {"min": 6}),
        ("evidence", {"min": "declared"}, {"min": "verified"}),
        ("review", {"required": False}, {"required": True}),
        ("measures", {"all_of": ["a"]}, {"all_of": ["c", "b", "a"]}),
        ("harm", {"max_by_kind": {"x": 5, "y": 6}}, {"max_by_kind": {"x": 5, "y": 4}}),
        ("harm", {"max_by_kind": {"x": 5}}, {"max_by_kind": {"x": 5, "y": 5}}),
        ("recall", {"min_by_group": {"x": 4, "y": 6}}, {"min_by_group": {"x": 6, "y": 5}}),
        ("recall", {"min_by_group": {"x": 5, "y": 5, "z": 5}}, {"min_by_group": {"x": 5, "y": 5}}),
    ],
)
def test_no_tier_is_looser_than_a_laxer_one(name: str, looser: Any, stricter: Any) -> None:
    [(code, message)] = wrong(document(tier="critical", **{name: looser}))
    assert code == "looser-than-laxer-tier"
    assert message.endswith("is looser for tier critical than for tier high")
    assert read(document(tier="critical", **{name: stricter})).tiers.keys() == set(TIERS)
    assert [code for code, _ in wrong(document(tier="minimal", gap={"max": 4}))] == ["looser-than-laxer-tier"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max", True),
        ("max", "5"),
        ("max", "tool"),
        ("max", None),
        ("min", False),
        ("min", "strong"),
        ("required", 1),
        ("required", "yes"),
        ("all_of", "a"),
        ("all_of", ["a", 1]),
        ("max_by_kind", 5),
        ("max_by_kind", {}),
        ("max_by_kind", [1]),
        ("min_by_kind", {"x": True}),
        ("min_by_kind", {"x": 1, "y": "2"}),
    ],
)
def test_a_limit_holds_what_its_name_says(name: str, value: Any) -> None:
    plain = document()
    for limits in plain["tiers"].values():
        limits["own"] = {name: value}
    assert wrong(plain) == [("wrong-limit", f"`own.{name}` does not hold what a `{name}` holds")] * len(TIERS)


@pytest.mark.parametrize("section", ["tier", "environment", "risk_matrix"])
def test_what_has_a_meaning_of_its_own_is_no_section(section: str) -> None:
    plain = document()
    for limits in plain["tiers"].values():
        limits[section] = {"max": 1}
    assert set(wrong(plain)) == {("reserved-name", f"`{section}` has a meaning of its own in an appetite")}


def test_names_of_limits_are_known() -> None:
    assert ("unknown-limit", "`gap.maximum` is not a limit") in wrong(document(gap={"maximum": 1}))
    assert ("unknown-limit", "`gap` is not a limit") in wrong(document(gap={}))


@pytest.mark.parametrize(
    ("tier", "limits", "helped"),
    [
        ("high", {"gap": {"max": "x"}}, "write a number"),
        (
            "high",
            {"score": {"min": "x"}},
            "write a number, or a strength of evidence: declared, tool, verified",
        ),
        ("high", {"review": {"required": 1}}, "write true or false"),
        ("high", {"measures": {"all_of": "a"}}, "write a list of texts"),
        ("high", {"harm": {"max_by_kind": 5}}, "write a number"),
        ("high", {"gap": {"mx": 1}}, "did you mean `max`?"),
        (
            "high",
            {"gap": {"ceiling": 1}},
            "a limit is named by its direction: min, max, required, all_of, max_by_…, min_by_…",
        ),
        ("critical", {"gap": {"max": 6}}, "tier high has 5; a stricter tier may only be stricter"),
        (
            "critical",
            {"evidence": {"min": "declared"}},
            "tier high has tool; a stricter tier may only be stricter",
        ),
        (
            "critical",
            {"review": {"required": False}},
            "tier high has true; a stricter tier may only be stricter",
        ),
        (
            "critical",
            {"measures": {"all_of": []}},
            "tier high has a, b; a stricter tier may only be stricter",
        ),
        (
            "critical",
            {"harm": {"max_by_kind": {"x": 6, "y": 5}}},
            "tier high has x 5, y 5; a stricter tier may only be stricter",
        ),
    ],
    ids=lambda v: v if isinstance(v, str) else json.dumps(v),
)
def test_what_is_wrong_is_told_how_to_be_mended(tier: str, limits: dict[str, Any], helped: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(document(tier=tier, **limits))
    assert helped in [d.help for d in caught.value.diagnostics]


def test_there_is_a_tier() -> None:
    assert [code for code, _ in wrong({**document(), "tiers": {}})] == ["no-tier"]


def test_every_severity_says_what_holds_elsewhere() -> None:
    found = wrong(document(enforcement={"medium": {"staging": "warn"}}))
    assert found == [("missing-field", "enforcement of `medium` has no `default`")]


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"high": {"default": "audit"}, "critical": {"default": "deny"}}, ["default"]),
        ({"high": {"default": "warn", "staging": "audit"}}, ["staging"]),
        ({"low": {"default": "audit", "staging": "deny"}}, ["staging"]),
        ({"high": {"default": "deny"}, "critical": {"default": "deny", "staging": "warn"}}, ["staging"]),
    ],
)
def test_no_severity_is_enforced_more_softly_than_a_milder_one(
    table: dict[str, Any], where: list[str]
) -> None:
    found = wrong(document(enforcement=table))
    assert {code for code, _ in found} == {"softer-than-milder-severity"}
    assert sorted({message.rpartition(" ")[2] for _, message in found}) == where


def test_enforcement_is_that_of_the_environment_and_else_the_default() -> None:
    table = {s: {"default": "warn", "production": "deny", "development": "audit"} for s in SEVERITIES}
    appetite = read(document(enforcement=table))
    assert [appetite.enforce("low", e) for e in ("production", "development", "elsewhere", "default")] == [
        "deny", "audit", "warn", "warn",
    ]  # fmt: skip
    assert [appetite.can_deny(e) for e in ("production", "elsewhere")] == [True, False]


def test_rules_read_limits_by_their_types() -> None:
    fields = {name: kind for name, kind in appetite_type(read(document())).fields.items() if name in LIMITS}
    leaves = {name: next(iter(kind.fields.values())) for name, kind in fields.items()}
    assert leaves == {
        "gap": t.NUMBER,
        "score": t.NUMBER,
        "evidence": t.TEXT,
        "review": t.BOOLEAN,
        "measures": t.list_of(t.TEXT),
        "harm": t.map_of(t.TEXT, t.NUMBER),
        "recall": t.map_of(t.TEXT, t.NUMBER),
    }


def test_rules_read_whose_limits_they_are_and_the_matrix() -> None:
    fields = appetite_type(read(document())).fields
    assert fields.keys() - LIMITS.keys() == {"tier", "environment", "risk_matrix"}
    assert fields["tier"] == fields["environment"] == t.TEXT
    assert fields["risk_matrix"] == t.list_of(t.list_of(t.NUMBER))


def test_the_cache_gives_the_appetite_back_as_it_was() -> None:
    appetite = read(document())
    again = from_plain(to_plain(appetite))
    assert to_plain(again) == to_plain(appetite)
    assert again.tiers["high"]["harm"] == {"max_by_kind": {"x": Decimal(5), "y": Decimal(5)}}
    assert again.resolve("high", "staging") == appetite.resolve("high", "staging")
    line, column = again.place("high", "measures.all_of[1]")
    assert (line, column) == appetite.places["high"]["measures.all_of"]
    assert again.place("high", "nowhere.at_all") == (0, 0)


def test_silence_on_the_tier_means_the_strictest_that_there_is() -> None:
    plain = document()
    assert read(plain).strictest() == "critical"
    del plain["tiers"]["critical"]
    assert read(plain).strictest() == "high"

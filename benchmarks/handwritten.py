"""The rules of thirty_rules.yaml by hand, as an engineer would write them without a rule language.

Each function takes the names that rules read and the time, and says whether its rule holds, or None where it
does not apply. A `KeyError` is evidence that is not there.
"""
# ruff: noqa: ARG001 - every rule is called alike, also one that does not ask for the time

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    Names = dict[str, Any]
    Rule = Callable[[Names, datetime], bool | None]

_WORD = re.compile(r"[^\W_]+")
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-fA-F]{64}|(?:sha384:)?[0-9a-fA-F]{96}|(?:sha512:)?[0-9a-fA-F]{128}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}$")
_UNPINNED = frozenset({"latest", "main", "master", "head", "stable", "nightly"})
_HIGH = ("high", "critical")


def outcome(rule: Rule, names: Names, now: datetime) -> str:
    """``pass``, ``fail``, ``missing`` or ``not_applicable``."""
    try:
        held = rule(names, now)
    except KeyError:
        return "missing"
    if held is None:
        return "not_applicable"
    return "pass" if held else "fail"


def words(text: str) -> int:
    return len(set(_WORD.findall(text.casefold())))


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None and len(set(text.rpartition(":")[2].lower())) > 1


def distinct(values: Sequence[Any]) -> bool:
    return len(set(values)) == len(values)


def distinct_folded(texts: Iterable[str]) -> bool:
    return distinct([text.lower() for text in texts])


def within(date: datetime, days: Decimal, now: datetime) -> bool:
    return 0 <= (now - date).days <= days


def measured(measurements: Sequence[dict[str, Any]], metric: str) -> list[Decimal]:
    found = [m["value"] for m in measurements if m["metric"] == metric]
    if not found:
        raise KeyError(metric)
    return found


def design_recorded(n: Names, now: datetime) -> bool:
    design, depth = n["design"], n["appetite"]["depth"]
    return (
        len(design["learning_approach"]) > 0
        and words(design["task"]) >= depth["list_items"]["min"]
        and words(design["architecture"]) >= depth["statement"]["min"]
        and words(design["algorithm"]) >= depth["list_items"]["min"]
        and words(design["training_method"]) >= depth["description"]["min"]
    )


def interface_recorded(n: Names, now: datetime) -> bool:
    design = n["design"]
    least = n["appetite"]["depth"]["statement"]["min"]
    return distinct(design["inputs"]) and distinct(design["outputs"]) and words(design["interface"]) >= least


def design_threats_considered(n: Names, now: datetime) -> bool:
    threats = n["design"]["security_threats"]
    return distinct_folded(threats) and len(threats) >= n["appetite"]["robustness"]["threats"]["min"]


def design_meets_requirements(n: Names, now: datetime) -> bool:
    ids = n["design"]["requirement_ids"]
    return distinct_folded(ids) and len(ids) >= n["appetite"]["depth"]["list_items"]["min"]


def build_traceable(n: Names, now: datetime) -> bool:
    built = n["provenance"]
    return (
        is_digest(built["artifact_digest"])
        and _COMMIT.match(built["commit"].lower()) is not None
        and len(built["repository"]) > 0
        and len(built["training_run"]) > 0
        and built["created"] <= now
    )


def evaluation_current(n: Names, now: datetime) -> bool:
    measurements, appetite = n["evaluation"]["measurements"], n["appetite"]
    days, size = appetite["review_days"]["evaluation"]["max"], appetite["evaluation"]["sample_size"]["min"]
    return len(measurements) >= appetite["evaluation"]["measurements"]["min"] and all(
        within(m["date"], days, now) and m["sample_size"] >= size and len(m["tool"]) > 0 for m in measurements
    )


def thresholds_reached(n: Names, now: datetime) -> bool:
    return all(
        m["value"] >= m["threshold"] if m["higher_is_better"] else m["value"] <= m["threshold"]
        for m in n["evaluation"]["measurements"]
    )


def criteria_declared_before_run(n: Names, now: datetime) -> bool:
    evaluation = n["evaluation"]
    measurements = evaluation["measurements"]
    return all(
        len(measured(measurements, c["metric"])) > 0
        and all(c["declared_on"] <= m["date"] for m in measurements)
        for c in evaluation["criteria"]
    )


def criteria_met_or_treated(n: Names, now: datetime) -> bool:
    least = n["appetite"]["depth"]["rationale"]["min"]
    return all(c["met"] or words(c["treatment"]) >= least for c in n["evaluation"]["criteria"])


def test_data_apart(n: Names, now: datetime) -> bool:
    datasets = n["training_data"]["datasets"]
    if not any(d["role"] == "test" for d in datasets):
        return False
    if not all(d["digest"].startswith("sha256:") and is_digest(d["digest"]) for d in datasets):
        return False
    tests = {d["digest"].lower() for d in datasets if d["role"] == "test"}
    others = [d for d in datasets if d["role"] != "test"]
    if any(d["digest"].lower() in tests for d in others):
        return False
    named = n["evaluation"]["test_dataset"].lower().removeprefix("dataset/")
    return all(d["ref"].lower().removeprefix("dataset/") != named for d in others)


def test_data_named(n: Names, now: datetime) -> bool:
    evaluation, least = n["evaluation"], n["appetite"]["depth"]["description"]["min"]
    return (
        any(m["dataset"] == evaluation["test_dataset"] for m in evaluation["measurements"])
        and words(evaluation["separation"]) >= least
        and words(evaluation["protocol"]) >= least
    )


def tested_as_built(n: Names, now: datetime) -> bool:
    created = n["provenance"]["created"]
    return all(m["date"] >= created for m in n["evaluation"]["measurements"])


def independent_evaluation(n: Names, now: datetime) -> bool | None:
    if not n["appetite"]["evaluation"]["independent"]["required"]:
        return None
    evaluation = n["evaluation"]
    different: bool = evaluation["evaluator"].lower() != n["metadata"]["owner"].lower()
    return evaluation["independent"] and different


def groups_compared(n: Names, now: datetime) -> bool:
    fairness, appetite = n["fairness"], n["appetite"]
    return (
        len(fairness["groups"]) >= appetite["fairness"]["groups"]["min"]
        and distinct_folded(fairness["groups"])
        and words(fairness["rationale"]) >= appetite["depth"]["rationale"]["min"]
        and all(m["attribute"] in fairness["attributes"] for m in fairness["measurements"])
    )


def demographic_parity(n: Names, now: datetime) -> bool:
    most = n["appetite"]["fairness"]["demographic_parity_difference"]["max"]
    values = measured(n["fairness"]["measurements"], "demographic_parity_difference")
    return all(0 <= v <= most for v in values)


def error_rates_equal(n: Names, now: datetime) -> bool | None:
    if n["risk"]["tier"] not in _HIGH:
        return None
    most = n["appetite"]["fairness"]["equalized_odds_difference"]["max"]
    return all(0 <= v <= most for v in measured(n["fairness"]["measurements"], "equalized_odds_difference"))


def selection_ratio(n: Names, now: datetime) -> bool | None:
    if n["risk"]["tier"] not in _HIGH:
        return None
    least = n["appetite"]["fairness"]["demographic_parity_ratio"]["min"]
    return all(least <= v <= 1 for v in measured(n["fairness"]["measurements"], "demographic_parity_ratio"))


def rates_for_each_group(n: Names, now: datetime) -> bool | None:
    if n["risk"]["tier"] not in _HIGH:
        return None
    rates = {m["group"]: m["value"] for m in n["fairness"]["measurements"] if m["metric"] == "selection_rate"}
    return all(0 <= rates[group] <= 1 for group in n["fairness"]["groups"])


def fairness_current(n: Names, now: datetime) -> bool:
    appetite = n["appetite"]
    days, size = appetite["review_days"]["fairness"]["max"], appetite["evaluation"]["sample_size"]["min"]
    return all(
        within(m["date"], days, now) and m["sample_size"] >= size and len(m["dataset"]) > 0
        for m in n["fairness"]["measurements"]
    )


def attacks_withstood(n: Names, now: datetime) -> bool:
    most = n["appetite"]["robustness"]["attack_success_rate"]["max"]
    return all(
        t["attempts"] > 0 and t["successes"] / t["attempts"] <= most and t["success_rate"] <= most
        for t in n["robustness"]["tests"]
    )


def attack_tests_sufficient(n: Names, now: datetime) -> bool:
    tests, appetite = n["robustness"]["tests"], n["appetite"]
    days = appetite["review_days"]["security_test"]["max"]
    return (
        len(tests) >= appetite["robustness"]["tests"]["min"]
        and distinct_folded(t["name"] for t in tests)
        and all(within(t["date"], days, now) and is_digest(t["digest"]) for t in tests)
    )


def failed_tests_treated(n: Names, now: datetime) -> bool:
    least = n["appetite"]["depth"]["rationale"]["min"]
    return all(t["passed"] or words(t["treatment"]) >= least for t in n["robustness"]["tests"])


def threats_identified(n: Names, now: datetime) -> bool:
    threats = n["robustness"]["threats"]
    return len(threats) >= n["appetite"]["robustness"]["threats"]["min"] and distinct_folded(threats)


def training_data_pinned(n: Names, now: datetime) -> bool:
    datasets = n["training_data"]["datasets"]
    return all(d["version"].lower() not in _UNPINNED and is_digest(d["digest"]) for d in datasets)


def splits_have_distinct_data(n: Names, now: datetime) -> bool:
    datasets, least = n["training_data"]["datasets"], n["appetite"]["depth"]["statement"]["min"]
    return distinct_folded(d["digest"] for d in datasets) and all(
        words(d["description"]) >= least for d in datasets
    )


def tools_identified(n: Names, now: datetime) -> bool:
    tools = n["tooling"]["components"]
    return distinct([(t["name"].lower(), t["version"], t["purpose"]) for t in tools]) and all(
        t["version"].lower() not in _UNPINNED and len(t["license"]) > 0 for t in tools
    )


def method_stated(n: Names, now: datetime) -> bool:
    design, depth = n["design"], n["appetite"]["depth"]
    return (
        len(design["algorithm"]) > 0
        and words(design["training_method"]) >= depth["description"]["min"]
        and (
            design["learning_approach"] != "other" or words(design["algorithm"]) >= depth["statement"]["min"]
        )
    )


def tool_bom_current(n: Names, now: datetime) -> bool | None:
    if n["lifecycle"]["stage"] not in ("staging", "production"):
        return None
    bom = n["tooling"]["bom"]
    return (
        bom["format"] in ("CycloneDX", "SPDX")
        and is_digest(bom["digest"])
        and n["lifecycle"]["last_significant_change"] <= bom["date"] <= now
    )


def compute_described(n: Names, now: datetime) -> bool:
    compute, least = n["compute"], n["appetite"]["depth"]["statement"]["min"]
    return (
        compute["location"] in ("cloud", "on_premises", "edge", "hybrid")
        and len(compute["provider"]) > 0
        and len(compute["region"]) > 0
        and words(compute["hardware"]) >= least
        and words(compute["storage"]) >= least
    )


def training_energy_known(n: Names, now: datetime) -> bool | None:
    if not n["appetite"]["compute"]["energy"]["required"]:
        return None
    compute, least = n["compute"], n["appetite"]["depth"]["statement"]["min"]
    measured_at_all: bool = compute["training_energy_kwh"] > 0 and compute["training_co2_kg"] >= 0
    return measured_at_all and words(compute["method"]) >= least


RULES: dict[str, Rule] = {
    "A.4.3/training-data-pinned": training_data_pinned,
    "A.4.3/splits-have-distinct-data": splits_have_distinct_data,
    "A.4.4/tools-identified": tools_identified,
    "A.4.4/method-stated": method_stated,
    "A.4.4/tool-bom-current": tool_bom_current,
    "A.4.5/compute-described": compute_described,
    "A.4.5/training-energy-known": training_energy_known,
    "A.6.2.3/design-recorded": design_recorded,
    "A.6.2.3/interface-recorded": interface_recorded,
    "A.6.2.3/design-threats-considered": design_threats_considered,
    "A.6.2.3/design-meets-requirements": design_meets_requirements,
    "A.6.2.3/build-traceable": build_traceable,
    "A.6.2.4/evaluation-current": evaluation_current,
    "A.6.2.4/thresholds-reached": thresholds_reached,
    "A.6.2.4/criteria-declared-before-run": criteria_declared_before_run,
    "A.6.2.4/criteria-met-or-treated": criteria_met_or_treated,
    "A.6.2.4/test-data-apart": test_data_apart,
    "A.6.2.4/test-data-named": test_data_named,
    "A.6.2.4/tested-as-built": tested_as_built,
    "A.6.2.4/independent-evaluation": independent_evaluation,
    "A.6.2.4/groups-compared": groups_compared,
    "A.6.2.4/demographic-parity": demographic_parity,
    "A.6.2.4/error-rates-equal": error_rates_equal,
    "A.6.2.4/selection-ratio": selection_ratio,
    "A.6.2.4/rates-for-each-group": rates_for_each_group,
    "A.6.2.4/fairness-current": fairness_current,
    "A.6.2.4/attacks-withstood": attacks_withstood,
    "A.6.2.4/attack-tests-sufficient": attack_tests_sufficient,
    "A.6.2.4/failed-tests-treated": failed_tests_treated,
    "A.6.2.4/threats-identified": threats_identified,
}

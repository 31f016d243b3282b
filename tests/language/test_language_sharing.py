"""What several rules read is read once for them, and they come out as each would alone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aims_policy.language import arithmetic, compiler, reference
from aims_policy.language.operations import ELEMENTS
from aims_policy.language.parse import parse
from aims_policy.language.types import NUMBER, TEXT, Type, list_of, record

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_TEST = record("Test", {"name": TEXT, "score": NUMBER})
SCOPE: dict[str, Type] = {
    "tests": list_of(_TEST),
    "risk": record("Risk", {"tier": TEXT, "rate": NUMBER, "entries": list_of(_TEST)}),
    "appetite": record("Appetite", {"rate": record("Limit", {"max": NUMBER})}),
}
NAMES: dict[str, Any] = {
    "tests": ({"name": "a", "score": Decimal(1)}, {"name": "b", "score": Decimal(2)}),
    "risk": {"tier": "high", "rate": Decimal("0.1"), "entries": ({"name": "c", "score": Decimal(0)},)},
    "appetite": {"rate": {"max": Decimal("0.2")}},
}
MANY = ({"name": "a", "score": Decimal(1)},) * (ELEMENTS + 1)
LONG = {**NAMES, "tests": MANY, "risk": {**NAMES["risk"], "entries": MANY}}


def without(*ways: str) -> dict[str, Any]:
    names = {name: dict(value) if isinstance(value, dict) else value for name, value in NAMES.items()}
    for way in ways:
        section, _, field = way.partition(".")
        del (names[section] if field else names)[field or section]
    return names


RULES = [
    'risk.tier == "high"',
    "risk.rate <= appetite.rate.max",
    "appetite.rate.max >= risk.rate / (risk.rate - risk.rate)",
    "risk.rate / (risk.rate - risk.rate) <= appetite.rate.max",
    "(appetite.rate.max ?? 1) > risk.rate",
    '(risk.tier ?? "low") == "high"',
    "tests.length > 1 and $all([t.score > 0 for t in tests])",
    "tests.length > 1 or $any([t.score > 0 for t in tests])",
    "$all([t.score > 0 for t in tests]) and $any([r.score == 0 for r in risk.entries])",
    "risk.rate < $sum([t.score for t in tests])",
    "$sum([t.score for t in tests]) > risk.rate",
    "$all([$any([t.name != r.name for r in risk.entries]) for t in tests])",
    "$all([t.name != risk.tier for t in tests])",
    'risk.tier in [t.name for t in tests] or risk.tier == "high"',
    "($sum([t.score for t in tests]) ?? 3) == 3",
    "risk.rate < appetite.rate.max + $sum([t.score for t in tests])",
]
EVIDENCE = {
    "complete": NAMES,
    "no tier": without("risk.tier"),
    "no rate": without("risk.rate"),
    "no section": without("risk"),
    "no list": without("tests"),
    "neither list": without("tests", "risk.entries"),
    "no limit": without("appetite.rate"),
    "no appetite": without("appetite"),
    "lists too long": LONG,
    "lists too long, no rate": {**LONG, "risk": {"tier": "high", "entries": MANY}},
    "lists too long, no limit": {**LONG, "appetite": {}},
    "a test without a score": {**NAMES, "tests": ({"name": "a", "score": Decimal(1)}, {"name": "b"})},
}


@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("rule", RULES)
def test_as_each_alone_and_as_the_reference(rule: str, evidence: str) -> None:
    expression = parse(rule, SCOPE)
    names = EVIDENCE[evidence]
    with arithmetic():
        result = reference.evaluate(expression, names, NOW)
        wanted = {"missing": compiler.MISSING, "error": compiler.ERROR}.get(
            result.state, compiler.PASS if result.value else compiler.FAIL
        )
        assert compiler.load(compiler.compile_rules([(None, expression)]))(names, NOW) == (wanted,)
        together = compiler.load(compiler.compile_rules([(None, expression)] * 5))
        assert together(names, NOW) == (wanted,) * 5


def test_all_rules_in_one_module_come_out_as_alone() -> None:
    conditions = [(None, parse(rule, SCOPE)) for rule in RULES]
    together = compiler.load(compiler.compile_rules(conditions))
    alone = [compiler.load(compiler.compile_rules([condition])) for condition in conditions]
    with arithmetic():
        for names in EVIDENCE.values():
            assert together(names, NOW) == tuple(code for run in alone for code in run(names, NOW))


def test_what_is_shared_is_read_once() -> None:
    """Or the tests above would show nothing."""
    source = compiler.compile_rules([(None, parse(rule, SCOPE)) for rule in RULES])
    assert source.count("get('tier')") == 1
    assert source.count("get('tests')") == 1
    assert source.count(f"> {ELEMENTS}") == 2

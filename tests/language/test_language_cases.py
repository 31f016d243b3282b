"""What expressions mean and what is refused, case by case: `cases/*.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aims_policy.language import arithmetic, compiler, nodes, reference
from aims_policy.language.parse import LanguageError, parse, require_boolean
from tests.language.campaign import state_of
from tests.language.sample import NAMES, NOW, SCOPE

CASES: list[dict[str, Any]] = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
evaluated = pytest.mark.parametrize(
    "case", [case for case in CASES if "refused" not in case], ids=lambda case: case["text"][:70]
)
refused = pytest.mark.parametrize(
    "case", [case for case in CASES if "refused" in case], ids=lambda case: case["text"][:70]
)


@evaluated
def test_expression_means(case: dict[str, Any]) -> None:
    expression = parse(case["text"], SCOPE)
    with arithmetic():
        result = reference.evaluate(expression, NAMES, NOW)
    if "is" in case:
        assert (result.state, str(result.value)) == ("value", case["is"])
    elif "missing" in case:
        assert (result.state, list(result.missing)) == ("missing", case["missing"])
    else:
        assert result.state == "error"
        assert case["error"] in result.error


@evaluated
def test_compiled_agrees(case: dict[str, Any]) -> None:
    expression = parse(case["text"], SCOPE)
    plain = nodes.expression_to_plain(expression)
    again = nodes.expression_from_plain(plain)
    assert nodes.expression_to_plain(again) == plain
    compiled = compiler.load(compiler.compile_rules([(None, again)]))
    with arithmetic():
        assert compiled(NAMES, NOW) == (state_of(reference.evaluate(expression, NAMES, NOW)),)


@refused
def test_expression_is_refused(case: dict[str, Any]) -> None:
    text = case["text"]
    with pytest.raises(LanguageError) as caught:
        expression = parse(text, SCOPE, subject="Model")
        assert case.get("condition")
        require_boolean(expression)
    (problem,) = caught.value.problems
    assert problem.code == case["refused"]
    assert text[problem.start : problem.end] == case.get("at", text[problem.start : problem.end])
    assert problem.message == case.get("says", problem.message)
    assert problem.help == case.get("help", problem.help)

"""Laws of the language, on random expressions and evidence. The long run is `tests.language.campaign`."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from aims_policy.language import arithmetic, compiler, nodes, operations, reference
from aims_policy.language.parse import LanguageError, parse
from tests.language import campaign
from tests.language.campaign import prepare, state_of
from tests.language.generate import NOW, SCOPE, Generator, declared, evidence, without_one_field
from tests.language.oracle import same_value

seeds = st.randoms(use_true_random=False)
presence = st.sampled_from((1.0, 0.97, 0.8))
some = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def _prepared(random_: random.Random, *, coalesce: bool = True) -> campaign.Tried:
    text = Generator(random_, coalesce=coalesce).condition()
    try:
        return prepare(text)
    except LanguageError:
        assume(False)
        raise


@some
@given(seeds, presence)
def test_compiled_equals_reference(random_: random.Random, present: float) -> None:
    tried = _prepared(random_)
    names = evidence(random_, present)
    with arithmetic():
        result = reference.evaluate(tried.expression, names, NOW)
        assert tried.compiled(names, NOW) == (state_of(result),)


@some
@given(seeds)
def test_reference_equals_rule_engine_where_nothing_is_missing(random_: random.Random) -> None:
    tried = _prepared(random_)
    assume(tried.comparable)
    names = evidence(random_)
    if "$as_strong_as" in tried.expression.text:
        names = declared(names)  # rule_engine copies records, and with a copy the strength is gone
    with arithmetic():
        result = reference.evaluate(tried.expression, names, NOW)
        assume(not any(step.state == "missing" for step in result.trace))
        if result.state == "value":
            assert same_value(tried.oracle.evaluate(names), result.value)
        else:
            with pytest.raises(Exception):  # noqa: B017 - whatever it raises, it has no value
                tried.oracle.evaluate(names)


@some
@given(seeds, presence)
def test_removing_evidence_never_makes_or_changes_a_value(random_: random.Random, present: float) -> None:
    tried = _prepared(random_, coalesce=False)
    names = evidence(random_, present)
    with arithmetic():
        (before,) = tried.compiled(names, NOW)
        (after,) = tried.compiled(without_one_field(random_, names), NOW)
    if after in (compiler.PASS, compiler.FAIL):
        assert after == before
    if before in (compiler.PASS, compiler.FAIL):
        assert after in (before, compiler.MISSING)


@some
@given(seeds, presence)
def test_missing_names_what_is_missing(random_: random.Random, present: float) -> None:
    tried = _prepared(random_)
    with arithmetic():
        result = reference.evaluate(tried.expression, evidence(random_, present), NOW)
    assert (result.state == "missing") == bool(result.missing)
    assert (result.state == "error") == bool(result.error)


@some
@given(seeds, presence)
def test_what_is_read_was_announced(random_: random.Random, present: float) -> None:
    """Every path of the evidence begins with one of the static `reads`, indices aside."""
    tried = _prepared(random_)
    with arithmetic():
        result = reference.evaluate(tried.expression, evidence(random_, present), NOW)
    roots = {read.split(".")[0].split("[")[0] for read in tried.expression.reads}
    assert {path.split(".")[0].split("[")[0] for path, _ in result.evidence} <= roots


@some
@given(seeds)
def test_trees_survive_being_stored(random_: random.Random) -> None:
    import marshal

    tried = _prepared(random_)
    plain = nodes.expression_to_plain(tried.expression)
    stored = nodes.expression_from_plain(marshal.loads(marshal.dumps(plain)))  # noqa: S302 - our own bytes
    assert stored == tried.expression
    assert nodes.expression_to_plain(stored) == plain


@some
@given(st.text(st.sampled_from("ab.$0 1\"'()[]{}?:,=<>!~&|+-*/\n#\\dtné\x00forinandotull"), max_size=60))
@example(r'"\:"')
def test_any_text_is_an_expression_or_a_problem_with_a_place(text: str) -> None:
    try:
        parse(text, SCOPE)
    except LanguageError as error:
        for problem in error.problems:
            assert 0 <= problem.start <= problem.end <= len(text)
            assert problem.message
            assert problem.code


def test_the_campaign_finds_nothing() -> None:
    seen = campaign.run(600, seed=5)
    assert seen.wrong == []


@pytest.mark.parametrize("broken", ["same", "whole", "power", "exact", "limit"])
def test_the_campaign_finds_a_broken_evaluator(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign itself can fail: an operation that only compiled code has wrong is found."""
    original = getattr(operations, broken)
    load = compiler.load

    def load_broken(code: str) -> object:
        wrong = {
            "same": lambda one, other: not original(one, other),
            "whole": lambda value: original(value) + 1,
            "power": lambda one, other: original(one, other) + 1,
            "exact": lambda value: original(value) and original(value) + 1,
            "limit": lambda appetite, fields: original(appetite, fields[:1]),
        }[broken]
        setattr(operations, broken, wrong)
        try:
            return load(code)
        finally:
            setattr(operations, broken, original)

    monkeypatch.setattr(compiler, "load", load_broken)
    assert campaign.run(20_000, seed=4, until_wrong=True).wrong

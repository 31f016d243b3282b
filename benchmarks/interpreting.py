"""The same rules, interpreted by rule_engine: every rule parsed beforehand, given the same types and values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import rule_engine
from rule_engine.builtins import Builtins, BuiltinValueGenerator

from aims_policy.decision.assess import CODES
from aims_policy.language import builtins, compiler, translation
from aims_policy.language.operations import arithmetic, midnight
from aims_policy.policy.building.scope import scopes
from aims_policy.policy.bundle import Checks
from aims_policy.policy.documents.appetite import appetite_type
from benchmarks.figures import Figure, at_least, duration
from benchmarks.material import AT, cases
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.language.types import Type
    from aims_policy.policy.bundle import Bundle, Rule

LIMIT = 100


class Interpreted(NamedTuple):
    """A rule as rule_engine takes it."""

    id: str
    when: Any
    require: Any

    def outcome(self, names: dict[str, Any]) -> str:
        """As the compiled rule's; whatever rule_engine raises for absent evidence is ``missing``."""
        try:
            if self.when is not None and not self.when.matches(names):
                return "not_applicable"
            return "pass" if self.require.matches(names) else "fail"
        except (rule_engine.EngineError, LookupError):
            return "missing"


def measure(bundle: Bundle, rounds: int) -> list[Figure]:
    """Interpreted beside compiled, rules only, on the complete manifest and on one with half taken out."""
    scope = scopes(bundle.shapes, appetite_type(bundle.appetite))["Model"]
    checks = _interpretable(bundle)
    rules = [interpreted(rule, scope) for rule in checks.rules]
    figures = []
    for case in (known for known in cases(bundle) if known.name.startswith(("complete", "half"))):
        names = case.names(bundle)
        agree(rules, checks, names)
        compared = side_by_side(partial(_interpret, rules, names), partial(run, checks, names), rounds)
        target, met = at_least(LIMIT, compared.ratio)
        figures.append(
            Figure(
                f"The same {len(rules)} rules interpreted by rule_engine {rule_engine.__version__}",
                f"{case.name}: interpreted against compiled",
                duration(compared.one),
                duration(compared.other),
                compared.ratio,
                target,
                met,
            )
        )
    return figures


def _interpretable(bundle: Bundle) -> Checks:
    """The rules for models but those that ask how strong a record is: rule_engine hands on copies of records."""
    rules = [rule for rule in bundle.checks["Model"].rules if "$as_strong_as" not in rule.require]
    source = compiler.compile_rules([bundle.expressions(rule.id, "Model") for rule in rules])
    return Checks(tuple(rules), compiler.load(source))


def interpreted(rule: Rule, scope: Mapping[str, Type]) -> Interpreted:
    """The rule parsed by rule_engine, with the engine's types and builtins."""
    when = rule_engine.Rule(rule.when, _context(scope)) if rule.when else None
    return Interpreted(rule.id, when, rule_engine.Rule(rule.require, _context(scope)))


def agree(rules: Sequence[Interpreted], checks: Checks, names: dict[str, Any]) -> None:
    """Raise AssertionError where the two do not come to the same outcome: there is nothing to compare then."""
    compiled = {
        r.id: CODES[code]
        for r, code in zip(checks.rules, run(checks, names), strict=True)
        if "$as_strong_as" not in r.require  # rule_engine copies records, and a copy has lost its strength
    }
    given = {rule.id: rule.outcome(names) for rule in rules}
    differing = {i: (given[i], code) for i, code in compiled.items() if given[i] != code}
    if differing:
        raise AssertionError(f"rule_engine and the compiled rules disagree: {differing}")


def run(checks: Checks, names: dict[str, Any]) -> tuple[int, ...]:
    """The compiled rules."""
    with arithmetic():
        return checks.run(names, AT)


def _interpret(rules: Sequence[Interpreted], names: dict[str, Any]) -> list[str]:
    return [rule.outcome(names) for rule in rules]


def _context(scope: Mapping[str, Type]) -> Any:
    """rule_engine's context of the scope, with `$now` and the engine's own builtins at the decision's time."""
    context = translation.context_of(scope)
    types = translation.Translation(scope)  # the very types that rules are checked with
    known = {name: builtins.get(name) for name in builtins.names()}
    own = set(Builtins.from_defaults())
    values: dict[str, Any] = {
        name: partial(_at, builtin.call) if builtin.uses_now else builtin.call
        for name, builtin in known.items()
        if name not in own
    }
    values["now"] = BuiltinValueGenerator(lambda _: AT)
    values["today"] = BuiltinValueGenerator(lambda _: midnight(AT))
    context.builtins = Builtins.from_defaults(
        values,
        value_types={name: types.builtin(builtin) for name, builtin in known.items()},
        timezone=context.default_timezone,
    )
    return context


def _at(call: Any, *given: Any) -> Any:
    return call(*given, AT)

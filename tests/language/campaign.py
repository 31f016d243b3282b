"""Many random pairs of an expression and evidence: do the evaluators agree?

    python -m tests.language.campaign --pairs 100000 --seed 1

For every pair the compiled code must come to the reference's state, and the reference without a trace to the same
result, evidence and all that is missing; where nothing is missing, the
reference's value must be that of rule_engine's interpreter; and leaving out one field must not make a
value of none, or another value.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.language import compiler, nodes, reference, untraced
from aims_policy.language.operations import arithmetic
from aims_policy.language.parse import LanguageError, parse
from tests.language.generate import NOW, SCOPE, Generator, declared, evidence, without_one_field
from tests.language.oracle import Oracle, orders_a_set, same_value

if TYPE_CHECKING:
    from aims_policy.language.nodes import Expression

EACH = 8
"""Evidence trees tried on one expression."""
SHARING = 4
"""Rules that read the same evidence, so many that it is read once for them (`emission/sharing.py`)."""


class Tried(NamedTuple):
    """An expression in all its forms."""

    expression: Expression
    compiled: Any
    among_others: Any
    oracle: Oracle
    comparable: bool
    monotone: bool


def prepare(text: str) -> Tried:
    """Parse, compile, and hand to rule_engine. Raises `LanguageError`."""
    expression = parse(text, SCOPE)
    again = nodes.expression_from_plain(nodes.expression_to_plain(expression))
    compiled = compiler.load(compiler.compile_rules([(None, again)]))
    among_others = compiler.load(compiler.compile_rules([(None, again)] * SHARING))
    monotone = "??" not in text
    return Tried(
        again, compiled, among_others, Oracle(text, SCOPE, NOW), not orders_a_set(expression), monotone
    )


def state_of(result: reference.Result) -> int:
    """The compiled code's number for what the reference says."""
    if result.state != "value":
        return compiler.MISSING if result.state == "missing" else compiler.ERROR
    return compiler.PASS if result.value else compiler.FAIL


def disagreement(tried: Tried, names: dict[str, Any], random_: random.Random) -> str | None:
    """What is wrong with one pair, or None."""
    result = reference.evaluate(tried.expression, names, NOW)
    (outcome,) = tried.compiled(names, NOW)
    if outcome != state_of(result):
        return f"compiled says {outcome}, reference {result}"
    together = tried.among_others(names, NOW)
    if {*together} != {outcome}:
        return f"compiled says {outcome}, and {together} where rules share what they read"
    for _ in range(2):  # what is prepared at first is used at second
        without = untraced.evaluate(tried.expression, names, NOW)
        if not _same_but_for_the_trace(without, result):
            return f"reference {result}, without a trace {without}"
    if result.state == "missing" and not result.missing:
        return "missing, without saying what"
    if tried.comparable and not any(step.state == "missing" for step in result.trace):
        wrong = _against_oracle(tried, names, result)
        if wrong:
            return wrong
    if tried.monotone:
        less = without_one_field(random_, names)
        (lesser,) = tried.compiled(less, NOW)
        # What was missing or in error may be either with less; a value never comes of it, and none changes.
        if lesser not in (outcome, compiler.MISSING) and {lesser, outcome} & {compiler.PASS, compiler.FAIL}:
            return f"with less evidence {less}: {lesser} after {outcome}"
    return None


def _same_but_for_the_trace(without: reference.Result, result: reference.Result) -> bool:
    """Also in what order evidence was read; a value that equals nothing, not itself either, is told by its text."""
    wanted = result._replace(trace=())
    return without == wanted or repr(without) == repr(wanted)


_LIMITS = (
    "a range of more than",
    "a comprehension over",
    "steps inside comprehensions",
    "an exponent beyond",
    "too large",
)


def _against_oracle(tried: Tried, names: dict[str, Any], result: reference.Result) -> str | None:
    if (
        "$as_strong_as" in tried.expression.text
    ):  # rule_engine copies records, and with a copy the strength is gone
        names = declared(names)
        result = reference.evaluate(tried.expression, names, NOW)
    try:
        value = tried.oracle.evaluate(names)
    except Exception as error:
        if result.state == "value":
            return f"rule_engine raises {error!r}, reference says {result.value}"
        return None
    if result.state == "error" and any(limit in result.error for limit in _LIMITS):
        return None  # rule_engine knows no limits
    if result.state != "value":
        return f"rule_engine says {value}, reference {result.state}: {result.error}"
    return None if same_value(value, result.value) else f"rule_engine says {value}, reference {result.value}"


def coverage(expression: Expression) -> Counter[str]:
    counted: Counter[str] = Counter()
    for node in nodes.walk(expression.root):
        named = node.kind in ("attribute", "builtin", "compare", "arithmetic", "bitwise", "match")
        counted[f"{node.kind}:{node.value}" if named else node.kind] += 1
    return counted


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    seen = run(options.pairs, options.seed)
    sys.stdout.write(seen.report() + "\n")
    return 1 if seen.wrong else 0


class Seen:
    """What a campaign met."""

    def __init__(self) -> None:
        self.pairs = 0
        self.seconds = 0.0
        self.wrong: list[str] = []
        self.nodes: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.outcomes: Counter[int] = Counter()

    def report(self) -> str:
        rate = self.pairs / self.seconds
        never = sorted(nodes.KINDS - {key.split(":")[0] for key in self.nodes})
        outcomes = (f"{_NAMES[state]} {self.outcomes[state]:,}" for state in sorted(self.outcomes))
        return "\n".join(
            (
                *self.wrong,
                f"{self.pairs:,} pairs in {self.seconds:.1f} s ({rate:,.0f} pairs/s)",
                f"{len(self.wrong)} disagreements",
                "outcomes: " + ", ".join(outcomes),
                "refused: " + ", ".join(f"{code} {n}" for code, n in self.refused.most_common()),
                f"nodes: {len(self.nodes)} kinds met; never met: {', '.join(never) or 'none'}",
                "  " + ", ".join(f"{key} {n}" for key, n in sorted(self.nodes.items())),
            )
        )


def run(pairs: int, seed: int, *, until_wrong: bool = False) -> Seen:
    """Try so many pairs, or fewer if one is wrong and that is enough."""
    random_ = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
    seen = Seen()
    began = time.perf_counter()
    with arithmetic():
        while seen.pairs < pairs and not (until_wrong and seen.wrong):
            text = Generator(random_, coalesce=random_.random() < 0.5).condition()
            try:
                tried = prepare(text)
            except LanguageError as error:
                seen.refused[error.problems[0].code] += 1
                continue
            seen.nodes += coverage(tried.expression)
            _try(tried, random_, seen)
    seen.seconds = time.perf_counter() - began
    return seen


def _try(tried: Tried, random_: random.Random, seen: Seen) -> None:
    for number in range(EACH):
        names = evidence(random_, (1.0, 0.97, 0.8)[number % 3])
        found = disagreement(tried, names, random_)
        seen.outcomes[tried.compiled(names, NOW)[0]] += 1
        seen.pairs += 1
        if found:
            seen.wrong.append(f"{tried.expression.text}\n  {names}\n  {found}")
            return


_NAMES = {0: "pass", 1: "fail", 2: "missing", 3: "not applicable", 4: "error"}

if __name__ == "__main__":
    sys.exit(main())

"""One manifest against the whole shipped pack, beside `json.loads` of the same manifest."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks import timing
from benchmarks.figures import Figure, at_most, duration
from benchmarks.material import cases, in_other_words, submitted

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.policy.bundle import Bundle
    from benchmarks.material import Case
    from benchmarks.timing import Comparison

LIMIT = 1.5


def measure(bundle: Bundle, rounds: int) -> list[Figure]:
    """The decision on each manifest; for comparison also what explaining takes, and reading, and all together."""
    known = cases(bundle)
    return [
        *(_decided(case, bundle, rounds) for case in known),
        _just_read(known[0], bundle, rounds),
        _first_decided(known[0], bundle, rounds),
        _read(known[0], bundle, rounds),
        *(_looked_at(case, bundle, rounds) for case in known[1:]),
        *(_explained(case, bundle, rounds) for case in known[1:]),
        *(_read_and_explained(case, bundle, rounds) for case in known),
    ]


def _decided(case: Case, bundle: Bundle, rounds: int) -> Figure:
    compared = timing.side_by_side(partial(case.decide, bundle), partial(json.loads, case.text), rounds)
    return _figure(f"{case.name}: {_outcomes(case.decide(bundle))}", case, bundle, compared, LIMIT)


def _just_read(case: Case, bundle: Bundle, rounds: int) -> Figure:
    """What a service does: each manifest is decided once, right after it was read, and no text of it was met before."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(_OTHERS, _OTHERS + 4 * rounds):
        fresh = in_other_words(case, number, bundle)
        both = [(times[0], partial(fresh.decide, bundle)), (times[1], partial(json.loads, fresh.text))]
        for taken, call in both if number % 2 else reversed(both):
            taken.append(timing.once(call))
    name = f"{case.name}, in other words: each one decided right after it was read"
    return _figure(name, case, bundle, timing.compared(*times), LIMIT)


def _first_decided(case: Case, bundle: Bundle, rounds: int) -> Figure:
    """Decisions in which no text was met before, on so many manifests read before that none is in any cache."""
    others = [in_other_words(case, number, bundle) for number in range(_OTHERS)]
    outcomes = _outcomes(case.decide(bundle))
    for other in others:
        if _outcomes(other.decide(bundle)) != outcomes:
            raise AssertionError("the manifest in other words is decided otherwise")
    turn, text = cycle(others), cycle([other.text for other in others])
    compared = timing.side_by_side(lambda: next(turn).decide(bundle), lambda: json.loads(next(text)), rounds)
    return _figure(
        f"{others[0].name}: each one for the first time, read long before", case, bundle, compared, LIMIT
    )


_OTHERS = 200


def _read(case: Case, bundle: Bundle, rounds: int) -> Figure:
    read = partial(submitted, case.text, bundle)
    compared = timing.side_by_side(read, partial(json.loads, case.text), rounds)
    return _figure(f"{case.name}: read, not decided", case, bundle, compared, None)


def _looked_at(case: Case, bundle: Bundle, rounds: int) -> Figure:
    """Also with its findings, which are made when somebody looks; none of them explained."""
    compared = timing.side_by_side(
        lambda: case.decide(bundle).findings, partial(json.loads, case.text), rounds
    )
    return _figure(f"{case.name}: decided, its findings made", case, bundle, compared, None)


def _explained(case: Case, bundle: Bundle, rounds: int) -> Figure:
    compared = timing.side_by_side(partial(case.explain, bundle), partial(json.loads, case.text), rounds)
    return _figure(f"{case.name}: decided and explained", case, bundle, compared, None)


def _read_and_explained(case: Case, bundle: Bundle, rounds: int) -> Figure:
    compared = timing.side_by_side(
        partial(case.read_and_explain, bundle), partial(json.loads, case.text), rounds
    )
    return _figure(f"{case.name}: read, decided and explained", case, bundle, compared, None)


def _figure(name: str, case: Case, bundle: Bundle, compared: Comparison, limit: float | None) -> Figure:
    checks = len(bundle.checks[case.manifest.kind].rules)
    group = (
        f"Decide a model manifest ({checks} rules of the shipped pack apply) against json.loads of its text"
    )
    target, met = at_most(limit, compared.ratio) if limit is not None else ("", None)
    against = f"{duration(compared.other)} ({len(case.text) // 1024} KB)"
    return Figure(group, name, duration(compared.one), against, compared.ratio, target, met)


def _outcomes(decision: Decision) -> str:
    counts = Counter(finding.outcome for finding in decision.findings)
    shown = ("pass", "fail", "missing", "error")
    listed = ", ".join(f"{counts[outcome]} {outcome}" for outcome in shown if counts[outcome])
    return f"{listed} → {decision.verdict}"

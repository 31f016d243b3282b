"""Timing things against each other: in turns within one run, so that what slows the machine slows both."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_BATCH_SECONDS = 0.004


class Comparison(NamedTuple):
    """Medians in seconds for one call of each, and the median over the rounds of one to the other."""

    one: float
    other: float
    ratio: float


def side_by_side(one: Callable[[], object], other: Callable[[], object], rounds: int) -> Comparison:
    """Time both in turns. Each turn repeats its call for about 4 ms, so that the clock does not matter."""
    gc.collect()
    gc.freeze()  # what was there before is not gone through again before every batch
    try:
        repeats = [_repeats(one), _repeats(other)]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            times[0].append(_batch(one, repeats[0]))
            times[1].append(_batch(other, repeats[1]))
    finally:
        gc.unfreeze()
    return compared(*times)


def once(call: Callable[[], object]) -> float:
    """Seconds for a single call, with the collector off: for what is never done twice."""
    gc.disable()
    try:
        start = perf_counter()
        call()
        return perf_counter() - start
    finally:
        gc.enable()


def compared(one: list[float], other: list[float]) -> Comparison:
    """The comparison of two lists of times that were taken in turns."""
    ratios = [a / b for a, b in zip(one, other, strict=True)]
    return Comparison(median(one), median(other), median(ratios))


def _repeats(call: Callable[[], object]) -> int:
    call()  # what is made on first use is not timed
    return max(1, int(_BATCH_SECONDS / max(_batch(call, 1), 1e-9)))


def _batch(call: Callable[[], object], repeats: int) -> float:
    """Seconds for one call. The collector runs before and not meanwhile."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        for _ in range(repeats):
            call()
        return (perf_counter() - start) / repeats
    finally:
        gc.enable()

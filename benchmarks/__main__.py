"""``python -m benchmarks``: every figure in one run. Not a test: figures depend on the machine, and fail nothing."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from aims_policy.policy.errors import PolicyError
from benchmarks import by_hand, cold_start, deciding, interpreting, many, recording
from benchmarks.figures import table
from benchmarks.material import shipped_pack

if TYPE_CHECKING:
    from benchmarks.figures import Figure


class Effort(NamedTuple):
    """How often each thing is done."""

    rounds: int
    interpreted: int
    processes: int
    manifests: tuple[int, int]
    together: tuple[int, int]


FULL = Effort(rounds=51, interpreted=15, processes=41, manifests=(1_000, 10_000), together=(100, 1_000))
QUICK = Effort(rounds=3, interpreted=1, processes=3, manifests=(20, 40), together=(20, 40))


def main() -> int:
    """Measure, and print the table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few rounds: shows that it runs, measures little"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")
    arguments = parser.parse_args()
    try:
        figures = measured(QUICK if arguments.quick else FULL)
    except PolicyError as error:
        print(f"The shipped policies do not load: {error}", file=sys.stderr)
        return 3
    if arguments.format == "json":
        print(json.dumps([figure._asdict() for figure in figures], indent=2, ensure_ascii=False))
    else:
        print(table(figures))
        print("\nMedians; each ratio is the median over rounds in which both were timed in turns.")
    return 0


def measured(effort: Effort) -> list[Figure]:
    """All figures."""
    bundle = shipped_pack()
    return [
        *deciding.measure(bundle, effort.rounds),
        *interpreting.measure(bundle, effort.interpreted),
        *by_hand.measure(effort.rounds),
        *cold_start.measure(effort.processes),
        *many.measure(effort.manifests, effort.together),
        *recording.measure(bundle, effort.rounds),
    ]


if __name__ == "__main__":
    sys.exit(main())

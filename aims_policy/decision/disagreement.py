"""Where sources give different values: every way to read them is tried, and the worst outcome counts.

A rule is run on each combination of the values that it reads and that sources disagree on. There is a limit on
their number, beyond which the outcome is an error: what cannot be tried must not pass.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

from aims_policy.decision.record import Evidence
from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.appetite import TIERS

if TYPE_CHECKING:
    from aims_policy.decision.context import Scene
    from aims_policy.decision.record import Explanation
    from aims_policy.manifest.manifest import Manifest, Place
    from aims_policy.manifest.paths import Steps
    from aims_policy.policy.bundle import Checks, Rule

MOST_READINGS = 64
_WORST_FIRST = (4, 1, 2, 0, 3)  # codes of `assess.CODES`: error, fail, missing, pass, not_applicable


class Worst(NamedTuple):
    """The worst reading of a rule: its outcome code and scene, and the paths on which sources disagree."""

    code: int
    scene: Scene
    paths: tuple[str, ...]
    error: str = ""


def settled(checks: Checks, scene: Scene) -> dict[int, Worst]:
    """The worst reading of each rule, by its number, that reads what sources disagree on."""
    readings = _Readings(checks, scene)
    found: dict[int, Worst] = {}
    for number, rule in enumerate(checks.rules):
        paths = _read(rule, scene)
        if paths:
            found[number] = _worst(number, paths, readings)
    return found


class _Readings:
    """The scene under each choice among the disputed values, with the outcomes of all rules; each made once."""

    def __init__(self, checks: Checks, scene: Scene) -> None:
        self.scene = scene
        self._checks = checks
        self._ran: dict[tuple[tuple[Steps, int], ...], tuple[tuple[int, ...], Scene]] = {}

    def under(self, choice: tuple[tuple[Steps, int], ...]) -> tuple[tuple[int, ...], Scene]:
        ran = self._ran.get(choice)
        if ran is None:
            own = _scene(self.scene, dict(choice))
            ran = self._ran[choice] = (self._checks.run(own.names, own.now), own)
        return ran


def _worst(number: int, paths: list[Steps], readings: _Readings) -> Worst:
    names = tuple(map(path_text, paths))
    counts = [range(len(readings.scene.manifest.disagreements[path])) for path in paths]
    choices = list(islice(product(*counts), MOST_READINGS + 1))
    if len(choices) > MOST_READINGS:
        error = f"sources disagree on {len(paths)} of the values it reads, which is more than can be judged"
        return Worst(4, readings.scene, names, error)
    ran = [readings.under(tuple(zip(paths, numbers, strict=True))) for numbers in choices]
    codes, scene = min(ran, key=lambda one: _WORST_FIRST.index(one[0][number]))
    return Worst(codes[number], scene, names)


def shown(explanation: Explanation, worst: Worst) -> Explanation:
    """The explanation with what the other sources give, beside each value that was read."""
    manifest: Any = worst.scene.manifest
    given = {path_text(path): candidates for path, candidates in manifest.disagreements.items()}
    evidence: list[Evidence] = []
    for one in explanation.evidence:
        evidence.append(one)
        if one.source in ("manifest", "organization"):
            for candidate in given.get(one.path.removeprefix("organization."), ()):
                other = _evidence(one, candidate.value, manifest.place_of(candidate))
                if other != one:
                    evidence.append(other)
    return explanation._replace(evidence=tuple(evidence))


def _evidence(read: Evidence, value: Any, place: Place) -> Evidence:
    """What another source gives for a value that was read."""
    document = place.source
    return Evidence(
        read.path, value, place.file, place.line, place.column, read.source,
        document.format, document.digest, document.strength,
    )  # fmt: skip


def strictest_tier(manifest: Manifest) -> str | None:
    """Of the tiers that sources declare; None where none does."""
    candidates = manifest.disagreements.get(("risk", "tier"))
    if candidates is None:
        declared: str | None = manifest.data.get("risk", {}).get("tier")
        return declared
    return max((str(c.value) for c in candidates), key=TIERS.index)


def _read(rule: Rule, scene: Scene) -> list[Steps]:
    """The disagreements that a rule can read: those on a path it names, above it or below it."""
    kind = scene.manifest.kind
    expressions = scene.bundle.expressions(rule.id, kind)
    reads = [steps_of(text) for e in expressions if e is not None for text in e.reads]
    if kind == "Organization":
        reads += [steps[1:] for steps in reads if steps[:1] == ("organization",)]
    return [
        path
        for path in scene.manifest.disagreements
        if any(path[: len(read)] == read[: len(path)] for read in reads)
    ]


def _scene(scene: Scene, choice: dict[Steps, int]) -> Scene:
    manifest: Any = scene.manifest
    reading = manifest.reading(choice)
    names = {**scene.names, **reading.data}
    if reading.kind == "Organization":
        names["organization"] = reading.data
    return scene._replace(manifest=reading, names=names)

"""A native manifest in the making, filled from a foreign document: every value with the place it came from."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.catalog.metrics import Metric
from aims_policy.manifest.foreign.metrics import exact_number, metric_of, not_number, reading_of
from aims_policy.manifest.paths import steps_of
from aims_policy.manifest.placeholders import absence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_MILLISECONDS = 100_000_000_000  # as seconds the year 5138, as milliseconds 1973
_NUMBERS = (int, Decimal)
_LABELS = (str, int, Decimal)
_MANY = 1_000
_steps = lru_cache(maxsize=2048)(steps_of)
"""Readers write the same few paths over and over; those from a file's own words do not come here."""


class Draft:
    """Paths in it are the evidence tree's: ``provenance.license``, ``metadata.name``."""

    __slots__ = ("_containers", "document", "gaps", "kind", "origins", "tree", "used")

    def __init__(self, kind: str, document: Located) -> None:
        self.kind = kind
        self.document = document
        self.tree: dict[str, Any] = {}
        self.origins: dict[Steps, Steps] = {}
        self.gaps: dict[Steps, str] = {}
        self.used: set[Steps] = set()
        self._containers: dict[Steps, Any] = {}

    def put(self, path: str, value: Any, source: Steps) -> None:
        """A value; ``[+]`` at a path's end appends to the list. The first value of a path stays, a gap does not."""
        if path[-1:] == "]" and path[-2:] == "+]":
            self._extend(_steps(path[:-3]), [value], [source])
        else:
            self._put(_steps(path), value, source)

    def _put(self, steps: Steps, value: Any, source: Steps) -> None:
        self.used.add(source)
        gaps = self.gaps
        if gaps and steps in gaps:
            if value is None:
                return
            del gaps[steps]
        above, last = steps[:-1], steps[-1]
        container = self._containers.get(above)
        if container is None:
            container = self._container(steps)
        # As `_filled` does, here for the field of a mapping, which nearly all are.
        if type(last) is str:
            if container.get(last) is not None:
                return
            container[last] = value
        elif not _filled(container, last, value):
            return
        self.origins[steps] = source

    def put_all(self, path: str, found: Sequence[tuple[Any, Steps]]) -> None:
        """Values at the end of a list, as `put` puts each of them."""
        if found:
            self._extend(_steps(path), [value for value, _ in found], [source for _, source in found])

    def _extend(self, above: Steps, values: list[Any], places: list[Steps]) -> None:
        """The values at the end of a list."""
        listed = self._containers.get(above)
        if listed is None:
            listed = self._container((*above, 0))
        first = len(listed)
        for index, place in enumerate(places, first):
            self.origins[(*above, index)] = place
        self.used.update(places)
        listed.extend(values)

    def _container(self, steps: Steps) -> Any:
        """What holds the value at the path; it is made, and what is above it, where it is not there."""
        above = steps[:-1]
        found = self._containers.get(above)
        if found is None and above:
            holder = self._container(above)
            _filled(holder, above[-1], [] if type(steps[-1]) is int else {})
            found = self._containers[above] = holder[above[-1]]
        return self.tree if found is None else found

    def put_key(self, path: str, key: str, value: Any, source: Steps) -> None:
        """An entry of a mapping of texts under a key of the source's own, whatever characters are in it."""
        text = str(value) if type(value) in (int, Decimal, bool) else value
        self._put((*_steps(path), key), text, source)

    def gap(self, path: str, reason: str, source: Steps) -> None:
        """Something is given for the path that cannot be evidence."""
        steps = self.steps(path)
        if self.has(steps):
            return
        if "[" in path:
            self._put(steps, None, source)  # what follows it in the list is to have its number
        else:
            self.origins[steps] = source
            self.used.add(source)
        self.gaps[steps] = reason

    def doubt(self, path: str, reason: str) -> None:
        """Take back a value that was put: something else in the file speaks against it."""
        steps = self.steps(path)
        if self.has(steps) and steps not in self.gaps:
            *above, last = steps
            _get(self.tree, tuple(above))[last] = None
            self._containers.clear()
            self.gaps[steps] = reason

    def text(self, path: str, value: Any, source: Steps) -> None:
        """A text, or a number or list of texts where the format allows it in a text's place."""
        if type(value) is list:
            value, source = _as_one(value, source)
        if type(value) in _NUMBERS:
            value = str(value)
        if value is not None:
            self.put(path, value, source)

    def texts(self, path: str, value: Any, source: Steps) -> None:
        """A list of texts, or the one text that stands for it."""
        if type(value) is not list:
            if value is not None:
                self.put(f"{path}[+]", value, source)
            return
        if value:
            self._extend(_steps(path), value, [(*source, index) for index in range(len(value))])

    def number(self, path: str, value: Any, source: Steps, scale: Decimal = Decimal(1)) -> None:
        """A number, also as text if the text is a number and nothing else."""
        number = exact_number(value)
        if number is not None:
            self.put(path, number if scale == 1 else number * scale, source)
        elif value is not None:
            self.gap(path, not_number(value), source)

    def label(self, name: str, value: Any, source: Steps) -> None:
        """One of the asset's free labels: a text, or the text of a number or of true and false."""
        if type(value) is bool:
            value = "true" if value else "false"
        if type(value) in _LABELS:
            self._put(("metadata", "labels", name), str(value), source)

    def moment(self, path: str, value: Any, source: Steps) -> None:
        """A date as ISO 8601 text, or the seconds or milliseconds since 1970 that APIs give for one."""
        number = exact_number(value)
        self.text(path, value if number is None else _since_1970(number), source)

    def digest(self, path: str, value: Any, source: Steps) -> None:
        match = _SHA256.fullmatch(value.strip()) if type(value) is str else None
        if match:
            self.put(path, f"sha256:{match.group(1).lower()}", source)
        elif value is not None:
            self.gap(path, "not a SHA-256 digest", source)

    def measurement(
        self,
        metric: Any,
        value: Any,
        metric_source: Steps,
        value_source: Steps,
        *,
        convention: str = "",
        section: str = "",
        percent: bool = False,
    ) -> str:
        """Begin a measurement, canonical in name, sign and scale; returns its path.

        `convention` is the tool whose abbreviations are meant (`metrics.metric_of`), `section` where it belongs if
        not where the metric does: a Dataset keeps its measurements under ``quality``, a comparison of groups goes
        under ``fairness``. `percent` tells that the format has its numbers per cent.
        """
        known = metric_of(metric, convention) if type(metric) is str else Metric("")
        path = self.entry(f"{self._section(section or known.section)}.measurements")
        scaled = f"{value}%" if percent and type(value) in _NUMBERS else value
        entry, reading = _steps(path), reading_of(known, scaled)
        self._put((*entry, "metric"), known.name or metric, metric_source)
        if known.name != metric:
            self.text(f"{path}.source_metric", metric, metric_source)
        if reading.value is None:
            self.gap(f"{path}.value", reading.reason, value_source)
        else:
            self._put((*entry, "value"), reading.value, value_source)
        if (reading.value is None or reading.changed) and isinstance(value, str | int | Decimal):
            self._put((*entry, "source_value"), str(value), value_source)
        return path

    def entry(self, path: str) -> str:
        """The path of a new entry at the end of a list: of ``robustness.tests`` that is ``robustness.tests[0]``."""
        return f"{path}[{len(_get(self.tree, _steps(path)) or ())}]"

    def _section(self, section: str) -> str:
        return "quality" if self.kind == "Dataset" else section

    def steps(self, path: str) -> Steps:
        if path[-1:] != "]" or path[-2:] != "+]":
            return _steps(path)
        steps = _steps(path[:-3])
        return (*steps, len(_get(self.tree, steps) or ()))

    def has(self, steps: Steps) -> bool:
        return _get(self.tree, steps) is not None or steps in self.gaps


def _since_1970(number: Decimal) -> str:
    """The moment in UTC. A number too large for seconds within the calendar's reach is one of milliseconds."""
    from datetime import datetime, timedelta, timezone

    seconds = number / 1000 if number >= _MILLISECONDS else number
    if not 0 <= seconds < _MILLISECONDS:
        return str(number)
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=int(seconds * 1_000_000))
    return moment.isoformat()


def elements(value: Any, source: Steps) -> Iterable[tuple[Any, Steps]]:
    """The elements of a list with their paths; a single value is its own element; null has none."""
    # A generator only where a list is long: most that readers ask for is not there, and making one costs as much as
    # a short list of all.
    if value is None:
        return ()
    if type(value) is not list:
        return ((value, source),)
    if len(value) > _MANY:
        return ((item, (*source, index)) for index, item in enumerate(value))
    return [(item, (*source, index)) for index, item in enumerate(value)]


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if type(value) is dict else {}


def _get(tree: Any, steps: Steps) -> Any:
    for (
        step
    ) in steps:  # nothing is there more often than not, and to raise that would cost as much as a value
        kind = type(tree)
        if kind is dict:
            tree = tree.get(step)
        elif kind is list and type(step) is int and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _as_one(values: list[Any], source: Steps) -> tuple[Any, Steps]:
    """A list as a text: its only element, or its texts side by side if each of them says something."""
    if len(values) == 1:
        return values[0], (*source, 0)
    if values and all(type(v) is str and not absence(v) for v in values):
        return ", ".join(values), (*source, 0)
    return values, source


def _filled(container: Any, step: str | int, value: Any) -> bool:
    """Whether nothing was at the step of a container, and the value was put there."""
    if type(step) is int and step == len(container):
        container.append(value)
        return True
    if (container[step] if type(step) is int else container.get(step)) is not None:
        return False
    container[step] = value
    return True

"""A native manifest in the making, filled from a foreign document: every value with the place it came from."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aims_policy.catalog.metrics import Metric
from aims_policy.manifest.foreign.metrics import exact_number, metric_of, not_number, reading_of
from aims_policy.manifest.paths import steps_of
from aims_policy.manifest.placeholders import absence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_MILLISECONDS = 100_000_000_000  # as seconds the year 5138, as milliseconds 1973
_NUMBERS = (int, Decimal)
_LABELS = (str, int, Decimal)
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
        self._put(self.steps(path), value, source)

    def _put(self, steps: Steps, value: Any, source: Steps) -> None:
        self.used.add(source)
        gaps = self.gaps
        if steps in gaps:
            if value is None:
                return
            del gaps[steps]
        container = self._containers.get(steps[:-1])
        if container is None:
            container = self._container(steps)
        if _filled(container, steps[-1], value):
            self.origins[steps] = source

    def _container(self, steps: Steps) -> Any:
        found = self._containers[steps[:-1]] = _container(self.tree, steps)
        return found

    def put_key(self, path: str, key: str, value: Any, source: Steps) -> None:
        """An entry of a mapping of texts under a key of the source's own, whatever characters are in it."""
        text = str(value) if type(value) in (int, Decimal, bool) else value
        self._put((*_steps(path), key), text, source)

    def gap(self, path: str, reason: str, source: Steps) -> None:
        """Something is given for the path that cannot be evidence."""
        steps = self.steps(path)
        if not self.has(steps):
            self._put(steps, None, source)
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
            self._put(self.steps(path), value, source)

    def texts(self, path: str, value: Any, source: Steps) -> None:
        """A list of texts, or the one text that stands for it."""
        if type(value) is not list:
            if value is not None:
                self.put(f"{path}[+]", value, source)
            return
        if not value:
            return
        above, places = _steps(path), [(*source, index) for index in range(len(value))]
        listed = self._containers.get(above)
        if listed is None:
            listed = self._container((*above, 0))
        self.origins.update(zip([(*above, len(listed) + i) for i in range(len(value))], places, strict=True))
        self.used.update(places)
        listed.extend(value)

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
    ) -> str:
        """Begin a measurement, canonical in name, sign and scale; returns its path.

        `convention` is the tool whose abbreviations are meant (`metrics.metric_of`), `section` where it belongs if
        not where the metric does: a Dataset keeps its measurements under ``quality``, a comparison of groups goes
        under ``fairness``.
        """
        known = metric_of(metric, convention) if type(metric) is str else Metric("")
        path = self.entry(f"{self._section(section or known.section)}.measurements")
        self.put(f"{path}.metric", known.name or metric, metric_source)
        if known.name != metric:
            self.text(f"{path}.source_metric", metric, metric_source)
        reading = reading_of(known, value)
        if reading.value is None:
            self.gap(f"{path}.value", reading.reason, value_source)
        else:
            self.put(f"{path}.value", reading.value, value_source)
        if (reading.value is None or reading.changed) and isinstance(value, str | int | Decimal):
            self.put(f"{path}.source_value", str(value), value_source)
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


def elements(value: Any, source: Steps) -> Iterator[tuple[Any, Steps]]:
    """The elements of a list with their paths; a single value is its own element; null has none."""
    if type(value) is list:
        for index, item in enumerate(value):
            yield item, (*source, index)
    elif value is not None:
        yield value, source


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if type(value) is dict else {}


def _get(tree: Any, steps: Steps) -> Any:
    for step in steps:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _as_one(values: list[Any], source: Steps) -> tuple[Any, Steps]:
    """A list as a text: its only element, or its texts side by side if each of them says something."""
    if len(values) == 1:
        return values[0], (*source, 0)
    if values and all(type(v) is str and not absence(v) for v in values):
        return ", ".join(values), (*source, 0)
    return values, source


def _container(tree: Any, steps: Steps) -> Any:
    """What holds the value at the path; it is made, and what is above it, where it is not there."""
    for step, following in pairwise(steps):
        new: Any = [] if type(following) is int else {}
        _filled(tree, step, new)
        tree = tree[step]
    return tree


def _filled(container: Any, step: str | int, value: Any) -> bool:
    """Whether nothing was at the step of a container, and the value was put there."""
    if type(step) is int and step == len(container):
        container.append(value)
        return True
    if (container[step] if type(step) is int else container.get(step)) is not None:
        return False
    container[step] = value
    return True

"""A native manifest in the making, filled from a foreign document: every value with the place it came from."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.manifest.placeholders import absence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_NUMBER = re.compile(r"[+-]?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_DIFFERENCES = ("demographic_parity_difference", "equalized_odds_difference", "equal_opportunity_difference")
_FAIRNESS = re.compile(
    r"parity|equalized_odds|equal_opportunity|disparate_impact|average_odds|statistical_parity"
)
_CORRELATIONS = ("pearson", "spearman", "matthews_correlation")
FRACTIONS = frozenset(
    """accuracy balanced_accuracy f1 f1_macro f1_micro f1_weighted macro_f1 micro_f1 precision recall auc roc_auc
    auroc specificity sensitivity exact_match map ndcg pearson spearman matthews_correlation wer cer error_rate
    precision_macro precision_micro precision_weighted recall_macro recall_micro recall_weighted""".split()  # noqa: SIM905 - a list of words reads better
)


class Draft:
    """Paths in it are the evidence tree's: ``provenance.license``, ``metadata.name``."""

    __slots__ = ("document", "gaps", "kind", "origins", "tree", "used")

    def __init__(self, kind: str, document: Located) -> None:
        self.kind = kind
        self.document = document
        self.tree: dict[str, Any] = {}
        self.origins: dict[Steps, Steps] = {}
        self.gaps: dict[Steps, str] = {}
        self.used: set[Steps] = set()

    def put(self, path: str, value: Any, source: Steps) -> None:
        """A value; ``[+]`` at a path's end appends to the list. The first value of a path stays, a gap does not."""
        steps = self.steps(path)
        self.used.add(source)
        if self.gaps.get(steps) and value is not None:
            del self.gaps[steps]
        elif self.has(steps):
            return
        _set(self.tree, steps, value)
        self.origins[steps] = source

    def put_key(self, path: str, key: str, value: Any, source: Steps) -> None:
        """An entry of a mapping of texts under a key of the source's own, whatever characters are in it."""
        text = str(value) if type(value) in (int, Decimal, bool) else value
        self.put(path_text((*steps_of(path), key)), text, source)

    def gap(self, path: str, reason: str, source: Steps) -> None:
        """Something is given for the path that cannot be evidence."""
        steps = self.steps(path)
        if not self.has(steps):
            self.put(path_text(steps), None, source)
            self.gaps[steps] = reason

    def text(self, path: str, value: Any, source: Steps) -> None:
        """A text, or a number or list of texts where the format allows it in a text's place."""
        if type(value) is list and len(value) == 1:
            value, source = value[0], (*source, 0)
        if type(value) in (int, Decimal):
            value = str(value)
        if type(value) is list and all(type(v) is str and not absence(v) for v in value) and value:
            value, source = ", ".join(value), (*source, 0)
        if value is not None:
            self.put(path, value, source)

    def texts(self, path: str, value: Any, source: Steps) -> None:
        """A list of texts, or the one text that stands for it."""
        for item, place in elements(value, source):
            self.put(f"{path}[+]", item, place)

    def number(self, path: str, value: Any, source: Steps, scale: Decimal = Decimal(1)) -> None:
        """A number, also as text if the text is a number and nothing else."""
        number = exact_number(value)
        if number is not None:
            self.put(path, number if scale == 1 else number * scale, source)
        elif value is not None:
            self.gap(path, not_number(value), source)

    def digest(self, path: str, value: Any, source: Steps) -> None:
        match = _SHA256.fullmatch(value.strip()) if type(value) is str else None
        if match:
            self.put(path, f"sha256:{match.group(1).lower()}", source)
        elif value is not None:
            self.gap(path, "not a SHA-256 digest", source)

    def measurement(self, metric: Any, value: Any, metric_source: Steps, value_source: Steps) -> str:
        """Begin a measurement, under fairness if it compares groups; returns its path."""
        name = re.sub(r"[\s-]+", "_", metric.strip().lower()) if type(metric) is str else metric
        section = "fairness" if type(name) is str and _FAIRNESS.search(name) else "evaluation"
        count = len(self.tree.get(section, {}).get("measurements", []))
        path = f"{section}.measurements[{count}]"
        self.put(f"{path}.metric", name, metric_source)
        if name != metric:
            self.put(f"{path}.source_metric", metric, metric_source)
        self._measured(path, str(name), value, value_source)
        return path

    def _measured(self, path: str, metric: str, value: Any, source: Steps) -> None:
        number = exact_number(value)
        if number is None:
            self.gap(f"{path}.value", "null" if value is None else not_number(value), source)
        elif metric in FRACTIONS and not (-1 if metric in _CORRELATIONS else 0) <= number <= 1:
            reason = f"`{number}` is no fraction from 0 to 1, and the file does not say its scale"
            self.gap(f"{path}.value", reason, source)
        elif metric in _DIFFERENCES and number < 0:
            self.put(f"{path}.value", -number, source)
        else:
            self.put(f"{path}.value", number, source)
            return
        if type(value) in (str, int, Decimal):
            self.put(f"{path}.source_value", str(value), source)

    def steps(self, path: str) -> Steps:
        if path.endswith("[+]"):
            steps = steps_of(path[:-3])
            return (*steps, len(_get(self.tree, steps) or ()))
        return steps_of(path)

    def has(self, steps: Steps) -> bool:
        return _get(self.tree, steps) is not None or steps in self.gaps


def exact_number(value: Any) -> Decimal | None:
    """The number, if the value is one or is a text that is wholly one.

    >>> exact_number("0.25"), exact_number("20.0 ± 1.2"), exact_number(True)
    (Decimal('0.25'), None, None)
    """
    if type(value) in (int, Decimal):
        return Decimal(value)
    if type(value) is str and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def not_number(value: Any) -> str:
    if type(value) is str:
        text = value.strip()
        return absence(value) or f"`{text if len(text) <= 60 else text[:57] + '…'}` is not a number"
    return "not a number"


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


def _set(tree: Any, steps: Steps, value: Any) -> None:
    for step, following in pairwise(steps):
        tree = _slot(tree, step, [] if isinstance(following, int) else {})
    _slot(tree, steps[-1], value)


def _slot(tree: Any, step: str | int, value: Any) -> Any:
    """What is at the step of a container; `value` is put there if nothing is."""
    if isinstance(step, int):
        if step == len(tree):
            tree.append(value)
        return tree[step]
    if tree.get(step) is None:
        tree[step] = value
    return tree[step]

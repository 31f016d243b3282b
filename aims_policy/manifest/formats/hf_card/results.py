"""Numbers in a card's prose: tables of metrics, and what transformers' Trainer writes of its evaluation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.metrics import is_known
from aims_policy.manifest.formats.hf_card.prose import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.foreign.sections import Section
    from aims_policy.manifest.paths import Steps

_METRIC = frozenset(
    ["metric", "metrics", "measure", "metric name", "metrik", "métrique", "métrica", "metrica", "指标", "评估指标",
     "評価指標", "指標", "지표", "метрика"]
)  # fmt: skip
_VALUE = frozenset(
    ["value", "score", "result", "values", "scores", "results", "wert", "valeur", "valor", "valore", "值", "数值",
     "得分", "スコア", "値", "값", "점수", "значение"]
)  # fmt: skip
_RULE = re.compile(r"[\s|:-]+")
_EMPHASIS = re.compile(r"[*`]")
_QUALIFIED = re.compile(r"(.+?)\s*\(([^()]+)\)")
_ON_TRAINING_DATA = re.compile(r"\b(?:train|training|in-sample)\b", re.IGNORECASE)
_OF_THE_RUN = re.compile(r"runtime|per second|\bsteps?$|\bepochs?$|tokens seen|learning rate")
_ACHIEVED = re.compile(r"achieves the following results on the (?:evaluation|test) set", re.IGNORECASE)


def results(draft: Draft, body: list[Section]) -> None:
    """Measurements, where the front matter gives none: a card that says a number twice says it there."""
    if draft.tree.get("evaluation", {}).get("measurements"):
        return
    for index, section in enumerate(body):
        # A quick look, before the section is taken apart into lines.
        if section.holds("|", "ng results") and not _ON_TRAINING_DATA.search(section["heading"]):
            for name, value, at in _told(section["lines"], ("body", index, "lines")):
                _measurement(draft, name, value, at)


def _told(lines: list[str], at: Steps) -> Iterator[tuple[str, str, Steps]]:
    """(metric, value, where) of every row of a table of two columns that are called so, and of achieved results."""
    in_table = achieved = False
    for number, line in enumerate(lines):
        cells = _cells(line)
        if cells:
            if number + 1 < len(lines) and _RULE.fullmatch(lines[number + 1]):
                in_table = _is_header(cells)
            elif in_table and len(cells) == 2 and is_known(_plain(cells[0])):
                yield cells[0], cells[1], (*at, number)
            continue
        label, value, _ = label_of(line)
        if achieved and label and value and line[0] in "-*+":
            if not _OF_THE_RUN.search(label):
                yield line.partition(":")[0].strip(" -*+_"), value, (*at, number)
        else:
            achieved = _ACHIEVED.search(line) is not None


def _is_header(cells: list[str]) -> bool:
    return len(cells) == 2 and cells[0].casefold() in _METRIC and cells[1].casefold() in _VALUE


def _cells(line: str) -> list[str]:
    """The cells of a row; none where the line is no row."""
    if not line.startswith("|") or line.count("|") < 3:
        return []
    return [_EMPHASIS.sub("", cell).strip() for cell in line.strip().strip("|").split("|")]


def _plain(name: str) -> str:
    match = _QUALIFIED.fullmatch(name)
    return match[1] if match else name


def _measurement(draft: Draft, name: str, value: str, at: Steps) -> None:
    """``Recall (fraud)`` is the recall for a part of the data, unless for what the model was trained on.

    ``PR-AUC (average precision)`` says the metric twice.
    """
    match = _QUALIFIED.fullmatch(name)
    if match and _ON_TRAINING_DATA.search(match[2]):
        return
    path = draft.measurement(match[1] if match else name, value, at, at)
    if match and not is_known(match[2]):
        draft.put(f"{path}.group", match[2], at)

"""Model indices of Papers with Code, as OpenMMLab keeps them (``metafile.yml``, ``model-index.yml``), to Models.

Each entry of `Models` is one, and has from its collection what it does not say itself. Accuracies, precisions, recalls,
overlaps and what is made of them are fractions; most files give them per cent, some do not: where any value under a
metric's name is above 1 all of them in the file are per cent. Top 1 accuracy is accuracy. Of several datasets with a
list of values each value is that of its own dataset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.names import Called, told_apart
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("model-index",)
TITLE = "Model index (Papers with Code, OpenMMLab)"
VERSIONS = "metafile.yml, model-index.yml"
STRENGTH = "declared"
KEYS = told_by("models")
IGNORED = frozenset(["Import", "Models.Metadata.ID", "Models.Metadata.File Size"])

_OF_MODELS = frozenset(["Results", "Weights", "In Collection", "Metadata", "Config"])
_TEXTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("License",), "provenance.license"),
    (("Metadata", "Architecture"), "design.architecture"),
    (("Metadata", "Training Techniques"), "design.training_method"),
    (("Metadata", "Training Resources"), "compute.hardware"),
    (("Weights",), "provenance.artifact"),
    (("Converted From", "Weights"), "provenance.base_models[0].ref"),
    (("Metadata", "Tasks"), "design.task"),
)
_SETTINGS = (
    "Epochs",
    "Batch Size",
    "Iterations",
    "Learning Rate",
    "LR",
    "Weight Decay",
    "Momentum",
    "Dropout",
)
_FRACTION = re.compile(
    r"(?<![a-z])[am]?(?:ap|ar|acc|accuracy|iou|dice|pq|precision|recall|f1|f-?score|hmean|pckh?|auc)(?![a-z])",
    re.IGNORECASE,
)
_TOP_1 = re.compile(r"top[ _-]?1[ _-]?(?:accuracy|acc)", re.IGNORECASE)


class _Given(NamedTuple):
    """An entry, and the collection that it is in, with their places."""

    model: dict[str, Any]
    at: Steps
    collection: dict[str, Any]
    above: Steps

    def to(self, *names: str) -> tuple[Any, Steps]:
        """What the entry says under the names, else its collection."""
        for holder, place in ((self.model, self.at), (self.collection, self.above)):
            found: Any = holder
            for name in names:
                found = mapping(found).get(name)
            if found is not None and found != []:
                return found, (*place, *names)
        return None, (*self.at, *names)


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or type(value.get("Models")) is not list:
        return ""
    return "model-index" if any(map(_is_model, value["Models"])) else ""


def nearly(document: Located) -> str:
    """An index may hold no model itself, but the names of the files that do."""
    value = document.value
    if type(value) is not dict or type(value.get("Import")) is not list or "Models" in value:
        return ""
    return "this model index only imports others: give the files under `Import` themselves"


def convert(document: Located, _format: str) -> list[Draft]:
    index = mapping(document.value)
    entries = [entry for entry in _entries(index) if _is_model(entry.model)]
    names = told_apart({entry.at: Called("Model", entry.model["Name"]) for entry in entries})
    scales = _per_cent(entries)
    drafts = []
    for entry in entries:
        draft = Draft("Model", document)
        draft.text("metadata.name", names.get(entry.at, entry.model["Name"]), (*entry.at, "Name"))
        _described(draft, entry)
        for result, place in elements(entry.model.get("Results"), (*entry.at, "Results")):
            _result(draft, mapping(result), place, scales)
        drafts.append(draft)
    return drafts


def _is_model(entry: Any) -> bool:
    return type(entry) is dict and type(entry.get("Name")) is str and bool(entry.keys() & _OF_MODELS)


def _entries(index: dict[str, Any]) -> Iterator[_Given]:
    collections = {
        mapping(item).get("Name"): (mapping(item), place)
        for item, place in elements(index.get("Collections"), ("Collections",))
        if type(mapping(item).get("Name")) is str
    }
    for item, place in elements(index.get("Models"), ("Models",)):
        named = mapping(item).get("In Collection")
        collection, above = collections.get(named, ({}, ())) if type(named) is str else ({}, ())
        yield _Given(mapping(item), place, collection, above)


def _described(draft: Draft, entry: _Given) -> None:
    draft.used.update(((*entry.at, "In Collection"), (*entry.above, "Name")))
    for names, path in _TEXTS:
        draft.text(path, *entry.to(*names))
    _tasks(draft, entry)
    for item, place in elements(*entry.to("Metadata", "Training Data")):
        path = draft.entry("training_data.datasets")
        draft.put(f"{path}.ref", item, place)
        draft.put(f"{path}.role", "training", place)
    for name in _SETTINGS:
        value, place = entry.to("Metadata", name)
        if value is not None:
            draft.put_key("design.hyperparameters", name, value, place)
    code, place = entry.to("Code")
    draft.text(
        "provenance.repository",
        *((code.get("URL"), (*place, "URL")) if type(code) is dict else (code, place)),
    )
    for item, place in elements(*entry.to("Paper")):
        path = draft.entry("documentation")
        if type(item) is dict:
            draft.text(f"{path}.title", item.get("Title"), (*place, "Title"))
            draft.text(f"{path}.location", item.get("URL"), (*place, "URL"))
        else:
            draft.text(f"{path}.location", item, place)
    readme, place = entry.to("README")
    if readme is not None:
        draft.text(f"{draft.entry('documentation')}.location", readme, place)


def _tasks(draft: Draft, entry: _Given) -> None:
    """What the results are of, each task once."""
    tasks: dict[str, Steps] = {}
    for result, place in elements(entry.model.get("Results"), (*entry.at, "Results")):
        task = mapping(result).get("Task")
        if type(task) is str:
            tasks.setdefault(task, (*place, "Task"))
            draft.used.add((*place, "Task"))
    if tasks:
        draft.put("design.task", ", ".join(tasks), next(iter(tasks.values())))


def _per_cent(entries: list[_Given]) -> frozenset[str]:
    """The names of metrics that the file gives per cent."""
    return frozenset(
        name
        for entry in entries
        for result, place in elements(entry.model.get("Results"), (*entry.at, "Results"))
        for name, given in mapping(mapping(result).get("Metrics")).items()
        for value, _ in elements(given, place)
        if _FRACTION.search(name) and (exact_number(value) or 0) > 1
    )


def _result(draft: Draft, result: dict[str, Any], at: Steps, per_cent: frozenset[str]) -> None:
    datasets = list(elements(result.get("Dataset"), (*at, "Dataset")))
    for name, given in mapping(result.get("Metrics")).items():
        place = (*at, "Metrics", name)
        values = list(elements(given, place))
        if not values:
            values = [(None, place)]
        of_each = len(values) == len(datasets)
        for number, (value, spot) in enumerate(values):
            if type(value) in (dict, list, bool):
                continue
            path = _measured(draft, name, value, (*place, KEY), spot, percent=name in per_cent)
            if of_each:
                draft.text(f"{path}.dataset", *datasets[number])
            elif len(values) == 1 and datasets:
                draft.text(f"{path}.dataset", result["Dataset"], (*at, "Dataset"))


def _measured(draft: Draft, name: str, value: Any, told: Steps, at: Steps, *, percent: bool) -> str:
    metric = "accuracy" if _TOP_1.fullmatch(name) else name
    path = draft.measurement(metric, value, told, at, percent=percent)
    if metric != name:
        draft.put(f"{path}.source_metric", name, told)
    if percent and (exact_number(value) or 0) > 100:
        draft.doubt(f"{path}.value", f"`{value}` is no percentage up to 100")
    return path

"""What a card says of the data that a model was trained and evaluated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.fields import NOTHING, Fields, put_text, words

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

_DATASETS = "datasets|dataset|name|dataset name|data source|data sources|source|sources"
_SAID = "description|summary|details|overview"
_HOW = "split|method|protocol|description|motivation"


def training_data(draft: Draft, given: Cursor, *, is_named: bool = False) -> None:
    """Names of datasets, or a description where none is named; `is_named` where a text is a name."""
    path = "training_data.datasets"
    if type(given.value) is str and is_named:
        _dataset(draft, draft.entry(path), given)
        return
    if type(given.value) is str:
        draft.put(f"{path}[0].description", *given)
        _trained_on(draft, f"{path}[0]", given)
        return
    data = Fields(given)
    named = data.to(_DATASETS) if type(given.value) is dict else given
    for item in named.each():
        entry = draft.entry(path)
        _dataset(draft, entry, item)
    if type(given.value) is dict:
        alone = len(draft.tree.get("training_data", {}).get("datasets", ())) <= 1
        said = data.to(_SAID)
        if said and alone:
            draft.text(f"{path}[0].description", *said)
            _trained_on(draft, f"{path}[0]", said)
        if named and alone:
            draft.text(f"{path}[0].version", *data.to("version|dataset version"))
        put_text(draft, "training_data.preprocessing", data.to("preprocessing|pre-processing"))


def _dataset(draft: Draft, path: str, item: Cursor) -> None:
    given = Fields(item)
    name = given.to("name|dataset|title|dataset name|source|url") if type(item.value) is dict else item
    if type(name.value) is str:
        draft.put(f"{path}.ref", *name)
        _trained_on(draft, path, name)
    draft.text(f"{path}.version", *given.to("version"))
    draft.text(f"{path}.description", *given.to("description"))


def _trained_on(draft: Draft, path: str, source: Cursor) -> None:
    draft.put(f"{path}.role", "training", source.at)


def evaluated_on(draft: Draft, given: Cursor) -> Cursor:
    """The one dataset that the card's results are of, if there is one."""
    if type(given.value) is str:
        draft.put("evaluation.protocol", *given)
        return NOTHING
    data = Fields(given)
    named = data.to(_DATASETS) if type(given.value) is dict else given
    put_text(draft, "evaluation.protocol", data.to(_HOW))
    datasets = [name for item in named.each() if type((name := words(item)).value) is str]
    if len(datasets) > 1:
        reason = f"{len(datasets)} datasets are named, and one is asked for"
        draft.gap("evaluation.test_dataset", reason, datasets[1].at)
        draft.used.update(name.at for name in datasets)
        return NOTHING
    for name in datasets:
        draft.put("evaluation.test_dataset", *name)
        return name
    return NOTHING


def tested_on(draft: Draft, given: Cursor) -> Cursor:
    """The dataset that a field beside the sections names."""
    if type(given.value) is not str:
        return evaluated_on(draft, given)
    draft.put("evaluation.test_dataset", *given)
    return given

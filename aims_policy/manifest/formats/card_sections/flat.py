"""Cards without sections: beside the model's name stand fields that need no more than their own names to be understood.

Job configurations, records of registries and results of runs have a model's name, too. A card also says what nothing
but a card says: what the model is for, where it fails, under which licence it comes, or how it did on test data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.fields import Fields
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of, reading_of
from aims_policy.manifest.foreign.splits import plain_metric
from aims_policy.manifest.formats.card_sections.names import COMPARISONS, RESULTS
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

_NAMED = "model name|model id"
_TELLING = (
    "license|licence|licenses",
    "intended use|intended uses|use case|use cases",
    """out of scope|out of scope use|out of scope uses|out of scope use cases|not for use|not intended for
    |not intended use|prohibited use|prohibited uses""",
    "limitations|known limitations|caveats",
    "ethical considerations",
)
_MEASURED = ("metrics", *RESULTS.split("|"))
_PLAIN = (
    "version|model version",
    "owner|owners|author|authors|developer|developers|developed by|organization",
    "task|problem type|task type",
    "framework|library",
    "date|created|created at|created date|created utc|trained at|training date",
    "model type|architecture|model architecture|algorithm|estimator",
    "training data|training dataset|train dataset",
    "test data|test dataset|evaluation data|evaluation dataset",
)
_OF_OTHERS = "creation timestamp|last updated timestamp|current stage|job name|image uri|prompts"
"""What registries, job configurations and tests of prompts say of a model that they name."""
_LEAST = 2
_SIZE = "n test|test samples|n test samples|test rows|n test rows|test set size|test size"


def is_flat(card: Cursor) -> bool:
    """Whether a mapping is a card by its own fields: a model's name, what only a card tells, and one thing more."""
    given = Fields(card)
    if type(given.to(_NAMED).value) is not str or given.has(_OF_OTHERS):
        return False
    telling = sum(1 for names in _TELLING if given.to(names))
    telling += any(_has_numbers(given.to(name)) for name in _MEASURED) + _results_beside(card)
    telling += type(given.to(COMPARISONS).value) in (dict, list)
    return telling > 0 and telling + sum(1 for names in _PLAIN if given.to(names)) >= _LEAST


def _results_beside(card: Cursor) -> int:
    """How many things the results beside the other fields tell, two at most; a single plain one may be a setting."""
    beside = [name for name, _ in tested_beside(card)]
    tested = sum(1 for name in beside if plain_metric(name) != name)
    return min(tested, 2) or (len(beside) > 1)


def _has_numbers(section: Cursor, depth: int = 1) -> bool:
    """Whether a section of results has a number under the name of a metric, or a mapping within it has."""
    return any(
        (depth > 0 and type(field.value) is dict and _has_numbers(field, depth - 1))
        or (is_known(plain_metric(name)) and exact_number(field.value) is not None)
        for name, field in section.entries()
    )


def tested_beside(card: Cursor) -> Iterator[tuple[str, Cursor]]:
    """The results that stand beside the other fields: of test data by their names, or plainly of a metric.

    Others are settings as well (``precision: 16``), and are results only where they are on their metric's scale.
    """
    for name, field in card.entries():
        if type(field.value) in (dict, list, bool):
            continue
        alone = plain_metric(name)
        if alone != name or (is_known(name) and reading_of(metric_of(name), field.value).value is not None):
            yield name, field


def put_beside(draft: Draft, card: Cursor, dataset: Cursor) -> None:
    """These results as measurements, and the number of records behind those of test data."""
    size = Fields(card).to(_SIZE)
    for name, field in tested_beside(card):
        alone, told = plain_metric(name), (*field.at, KEY)
        path = draft.measurement(
            metric_of(alone).name if alone != name else name, field.value, told, field.at
        )
        if alone != name:
            draft.put(f"{path}.source_metric", name, told)
            draft.text(f"{path}.dataset", *dataset)
            if type(size.value) is int and size.value > 1:
                draft.number(f"{path}.sample_size", *size)

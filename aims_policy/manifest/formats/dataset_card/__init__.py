"""Dataset cards in JSON or YAML, flat or with sections, to a Dataset.

They have no specification: names match in any case, with spaces, hyphens or underscores, and are those of the Hub's
cards, of "Datasheets for Datasets" and what people write most often. A file is a card if it names a dataset, says
something that only a card says (a licence, sources, limits, uses, personal data) and one thing more. A bare `name` may
be that of anything: it is a dataset's if its words say so, or if two fields beside it speak of records, and where it
says more than its sources, which a pipeline has as well.

Fields of another meaning are not read: a date that is not said to be that of creation or of the last change, a `size`
without a unit, numbers of records by split, which nobody has summed up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.fields import Fields, put_text
from aims_policy.manifest.formats import dataset_info, kaggle_dataset, research_record
from aims_policy.manifest.formats.dataset_card.fields import FIELDS, WITHIN

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("dataset-card",)
TITLE = "Dataset card in JSON or YAML"
VERSIONS = "JSON and YAML"
STRENGTH = "declared"
YIELDS = {"dataset-card": ("Dataset",)}
IGNORED = frozenset(["$schema", "schema_version", "tags", "keywords", "configs", "citation", "bibtex"])

_FRAMES = "dataset card|data card|datacard|card"
_OVERVIEWS = """dataset|dataset info|dataset details|dataset metadata|dataset overview|dataset information
    |dataset summary|dataset description|details|metadata|overview|basic info|general|general information|info"""
_NAMED = "dataset name|dataset title|pretty name"
_ALSO_NAMED = "name|title"
KEYS = told_by(
    *(name.strip().replace(" ", joint) for joint in (" ", "_")
      for name in f"{_FRAMES}|{_OVERVIEWS}|{_NAMED}|{_ALSO_NAMED}".split("|"))
)  # fmt: skip

_TELLING = (
    "license|licence|licenses|licensing|licensing information",
    "intended use|intended uses|purpose|motivation|use cases|uses",
    "out of scope|out of scope use|out of scope uses|prohibited uses|prohibited use|not intended for",
    "limitations|known limitations|caveats|biases|known biases|bias",
    "pii|contains pii|personal data|contains personal data|personal and sensitive information",
    "task categories|size categories|annotations creators|language creators",
)
_OF_PIPELINES = (
    "sources|data sources|source datasets|source data",
    "collection|data collection|collection process|collection method|data collection process",
)
_OF_RECORDS = (
    "splits|data splits",
    "task categories",
    "size categories",
    "source datasets",
    "annotations|annotation|annotation process|annotations creators|labeling|labelling",
    """records|num records|number of records|record count|rows|num rows|num examples|total examples|samples
    |num samples""",
    "features|columns|data fields",
    "data collection|collection process|collection method",
    "pii|contains pii|contains personal data|personal and sensitive information",
)
_PLAIN = (
    "version|dataset version",
    "description|dataset description|summary|dataset summary|overview",
    "language|languages",
    "owner|owners|author|authors|creator|creators|maintainer|maintainers|publisher|contact",
    "splits|data splits",
    "format|formats|file format|modality|modalities",
    "features|columns|data fields",
    """records|num records|number of records|record count|rows|num rows|num examples|total examples|samples
    |num samples""",
    "created|created at|date created|last updated|updated at",
)
_OTHERS = """@context|@graph|apiVersion|bomFormat|spdxVersion|resources|cff version|builder name|config name
    |module name|upload type|access right|is private|dependencies|scripts|model|models|model name|model id|model details
    |model type|model card|base model|architecture|hyperparameters|training data|training dataset|evaluation data
    |quantitative analyses|learning rate|batch size|epochs|metrics|results|evaluation results|accuracy|output type
    |dataset path|data set description|monai version|format version|spacy version|managed by|resource type|subtitle
    |dataset slug"""
"""What cards of models, other formats, runs and their configurations have beside the name of a dataset."""
_SPECIFIED = (dataset_info, kaggle_dataset, research_record)
"""Formats that have a specification and no name that is theirs alone."""
_LEAST = 2
_FIRST = 200
"""Letters of a name that are searched."""
_A_DATASET = re.compile(
    r"\S\s+(?:dataset|data set|corpus)\b|\b(?:dataset|data set|corpus)\s+\S", re.IGNORECASE
)


def detect(document: Located) -> str:
    """The name of a dataset, one thing that only a card says, and one more."""
    root = Cursor(document.value, ())
    card = _card(root)
    if Fields(root).has(_OTHERS) or Fields(card).has(_OTHERS):
        return ""
    overviews = _overviews(card)
    if any(Fields(at).has(_OTHERS) for at in overviews):
        return ""
    named = any(map(_names_one, (card, *overviews)))
    if not named and not any(map(_text_of, (card, *overviews))):
        return ""
    if not _tells(card, overviews, named=named) or any(other.detect(document) for other in _SPECIFIED):
        return ""
    return "dataset-card"


def nearly(document: Located) -> str:
    """What to do about a file that names a dataset, but says too little of it to be known as its card."""
    root = Cursor(document.value, ())
    if Fields(root).has(_OTHERS) or not _names_one(_card(root)):
        return ""
    return (
        "a dataset card is recognised by the name of a dataset, one of license, sources, collection, intended use, "
        "limitations or personal data, and one field more; `--as dataset-card` reads those that are there"
    )


def convert(document: Located, _format: str) -> list[Draft]:
    card, draft = _card(Cursor(document.value, ())), Draft("Dataset", document)
    places = [card, *_overviews(card)]
    _name(draft, places)
    for place in places:
        for put, field in Fields(place).rows(FIELDS):
            put(draft, field)
    for section, table in WITHIN:
        for put, field in Fields(Fields(card).to(section)).rows(table):
            put(draft, field)
    return [draft] if draft.tree else []


def _tells(card: Cursor, overviews: list[Cursor], *, named: bool) -> bool:
    """Whether there is enough of what only cards say."""
    places = [Fields(at) for at in (card, *overviews, *_sections(card))]
    telling, of_pipelines, of_records, plain = (
        sum(1 for names in told if any(place.to(names) for place in places))
        for told in (_TELLING, _OF_PIPELINES, _OF_RECORDS, _PLAIN)
    )
    if not named:
        by_words = any(_A_DATASET.search(_text_of(at)[:_FIRST]) for at in (card, *overviews))
        if not telling or not (by_words or of_records >= _LEAST):
            return False
    said = telling + of_pipelines
    return said > 0 and said + plain >= _LEAST


def _card(root: Cursor) -> Cursor:
    """The mapping that has the fields: the document, or what stands in it under the name of a card."""
    inner = Fields(root).to(_FRAMES)
    return inner if type(inner.value) is dict else root


def _overviews(card: Cursor) -> list[Cursor]:
    given = Fields(card)
    found = (given.to(name) for name in _OVERVIEWS.split("|"))
    return [place for place in found if type(place.value) is dict]


def _sections(card: Cursor) -> list[Cursor]:
    given = Fields(card)
    return [place for names, _ in WITHIN if type((place := given.to(names)).value) is dict]


def _names_one(place: Cursor) -> bool:
    """Whether there is the name of a dataset, as its field says or what it stands in."""
    if type(Fields(place).to(_NAMED).value) is str:
        return True
    within = Fields.folded(str(place.at[-1])) if place.at else ""
    return within.startswith(("dataset", "datacard")) and bool(_text_of(place))


def _text_of(place: Cursor) -> str:
    """The name that is not said to be of a dataset."""
    said = Fields(place).to(_ALSO_NAMED).value
    return said if type(said) is str else ""


def _name(draft: Draft, places: list[Cursor]) -> None:
    """What people call it is its title where it has a name beside that."""
    for names in ("dataset name|name", "dataset title|title|pretty name"):
        for place in places:
            if "metadata" not in draft.tree:
                put_text(draft, "metadata.name", Fields(place).to(names))
    for place in places:
        for name in ("dataset title", "title", "pretty name"):
            title = Fields(place).to(name)
            if title and title.at not in draft.used:
                put_text(draft, "metadata.title", title)

"""The fields of a dataset card: what each becomes, and under which names it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.fields import Fields, Table, put_text, put_texts
from aims_policy.manifest.formats.dataset_card.parts import (
    annotation,
    biases,
    collection,
    creators,
    features,
    names_of,
    origin,
    period,
    personal,
    quantity,
    records,
    sources,
    splits,
    steps,
    uses,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

    Put = Callable[[Draft, Cursor], None]
    Rows = tuple[tuple[Put, str], ...]


def _text(*paths: str) -> Put:
    """Texts, or a number in the place of one; what is true or has parts says something else."""

    def put(draft: Draft, field: Cursor) -> None:
        for path in paths:
            if type(field.value) is not bool and (type(field.value) is not dict or _said(field)):
                put_text(draft, path, field)

    return put


def _texts(path: str) -> Put:
    def put(draft: Draft, field: Cursor) -> None:
        if type(field.value) in (str, list):
            put_texts(draft, path, field)

    return put


def _moment(path: str) -> Put:
    def put(draft: Draft, field: Cursor) -> None:
        draft.moment(path, *field)

    return put


def _digest(path: str) -> Put:
    def put(draft: Draft, field: Cursor) -> None:
        if type(field.value) is str:
            draft.digest(path, *field)

    return put


def _created(draft: Draft, field: Cursor) -> None:
    path = draft.entry("provenance.events")
    draft.put(f"{path}.type", "creation", field.at)
    draft.moment(f"{path}.time", *field)


def _page(draft: Draft, field: Cursor) -> None:
    for item in field.each():
        if type(item.value) is str:
            draft.put(f"{draft.entry('documentation')}.location", *item)


def _said(field: Cursor) -> bool:
    return bool(Fields(field).to("name|title|description|text|value|identifier|url|email"))


def _contact(draft: Draft, field: Cursor) -> None:
    email = Fields(field).to("name|email")
    put_text(draft, "metadata.owner", email if type(field.value) is dict else field)


_ABOUT: Rows = (
    (_text("metadata.version"), "version|dataset version"),
    (
        _text("metadata.description", "content.summary"),
        "description|dataset description|summary|dataset summary|overview|abstract",
    ),
)
"""What speaks of the whole dataset beside its name, and of a part within a section."""

_USES: Rows = (
    (
        _texts("intended_use.out_of_scope"),
        """out of scope|out of scope use|out of scope uses|out of scope use cases|prohibited use
        |prohibited uses|not intended for|not recommended for|misuse""",
    ),
    (
        _texts("intended_use.use_cases"),
        "use cases|recommended uses|primary uses|suitable for|task categories|supported tasks|tasks|task",
    ),
    (_texts("intended_use.users"), "intended users|target users"),
)
_ETHICS: Rows = (
    (_texts("limitations.known"), "limitations|known limitations|caveats|known issues"),
    (biases, "known biases|biases|bias|potential biases"),
    (
        personal,
        """pii|contains pii|has pii|personal data|contains personal data|personal and sensitive information
        |personal information|personally identifiable information""",
    ),
    (_text("governance.privacy_handling"), "privacy|privacy handling|anonymization|anonymisation"),
    (_texts("acquisition.sensitive_categories"), "sensitive categories|special categories"),
    (_text("acquisition.consent"), "consent|informed consent"),
    (_text("limitations.recommendations"), "recommendations"),
)
_CONTENT: Rows = (
    (
        records,
        """records|num records|number of records|total records|record count|rows|num rows|number of rows
        |total rows|row count|examples|num examples|number of examples|total examples|samples|num samples
        |number of samples|total samples|total data samples|n samples|instances|num instances
        |number of instances|total instances""",
    ),
    (quantity, "size|dataset size|total size|file size|size on disk|size categories"),
    (splits, "splits|data splits|split|split sizes|split distribution|partitions"),
    (features, "features|columns|data fields|fields|column names|file columns"),
    (names_of("content.languages"), "languages|language"),
    (_texts("content.categories"), "modality|modalities|data type|data types|imaging modality"),
    (_texts("content.formats"), "format|formats|file format|file formats|data format"),
    (period, "time period|time range|date range|temporal coverage|period|time span"),
)
_ORIGIN: Rows = (
    (
        sources,
        """sources|data sources|source datasets|source|data source|source data|derived from|original dataset
        |original source""",
    ),
    (origin, "source type|origin|data origin|synthetic|is synthetic"),
    (_text("acquisition.supplier"), "publisher|provider|supplier|vendor|data provider"),
    (creators, "authors|author|creators|creator|created by|curated by|curators"),
    (_created, "created|created at|date created|creation date|created on|generated at|generated on|built at"),
    (_digest("provenance.digest"), "sha256|digest|checksum|dataset sha256|data sha256"),
)
_PREPARATION: Rows = (
    (
        steps,
        """preprocessing|data preprocessing|preprocessing steps|cleaning|data cleaning|processing steps
        |preparation|data preparation""",
    ),
    (
        annotation,
        """annotation|annotations|annotation process|annotation protocol|labeling|labelling|labeling process
        |labelling process""",
    ),
    (_text("preparation.annotation.annotators"), "annotators|annotations creators"),
    (_text("preparation.selection_criteria"), "selection criteria|inclusion criteria|curation rationale"),
    (_text("preparation.missing_values"), "missing values|missing data"),
)
_MAINTENANCE: Rows = (
    (
        _text("governance.maintenance"),
        "maintenance|maintenance plan|update frequency|update policy|update schedule",
    ),
    (_text("governance.access"), "access|access policy|access conditions|terms of access"),
    (_moment("content.last_updated"), "last updated|updated|updated at|last modified|date modified|modified"),
)
_FIELDS: Rows = (
    (_text("acquisition.license"), "license|licence|licenses|licensing|licensing information"),
    (_text("metadata.owner"), "owner|owners|dataset owner|data owner"),
    (_contact, "contact|contact email|point of contact|dataset card contact|dataset card authors"),
    (_text("governance.steward"), "steward|data steward|maintainer|maintainers|maintained by"),
    (uses, "intended use|intended uses|purpose|motivation|uses"),
    *_USES,
    *_ETHICS,
    *_CONTENT,
    *_ORIGIN,
    (
        collection,
        """collection method|data collection|collection process|data collection process
        |collection methodology|collection""",
    ),
    *_PREPARATION,
    *_MAINTENANCE,
    (_text("quality.noise"), "noise|label noise|known errors"),
    (_page, "homepage|documentation|paper|url|website"),
)

FIELDS: Table[Put] = Table((*_ABOUT, *_FIELDS))
"""What a card says beside its sections, or in those that speak of the whole dataset."""

_WITHIN: tuple[tuple[str, Rows], ...] = (
    ("composition|content|data|structure|dataset structure|statistics|dataset statistics|size", _CONTENT),
    ("provenance|creation|dataset creation|data provenance", (*_ORIGIN, *_PREPARATION)),
    ("collection|data collection|collection process", (*_ORIGIN, *_ETHICS)),
    ("preprocessing|preparation", _PREPARATION[1:]),
    ("uses|usage|intended use|intended uses", (*_USES, *_ETHICS)),
    (
        """ethics|ethical considerations|considerations|considerations for using the data|responsible ai
        |risks""",
        _ETHICS,
    ),
    ("licensing|legal|distribution|access|rights", (_FIELDS[0], *_MAINTENANCE)),
    ("maintenance|governance", (_FIELDS[1], _FIELDS[2], _FIELDS[3], *_MAINTENANCE)),
)
WITHIN: tuple[tuple[str, Table[Put]], ...] = tuple([(names, Table(rows)) for names, rows in _WITHIN])
"""Sections that speak of a part: what they hold is read by its own names; a description there is not the whole's."""

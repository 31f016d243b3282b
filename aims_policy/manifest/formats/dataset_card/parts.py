"""Fields of a dataset card that may be a text, a list or a mapping, and what each then says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.fields import Fields, put_text, put_texts, words
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.formats.hf_card.front_matter import SPLITS
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

_COUNT = "num examples|examples|num records|records|rows|num rows|samples|num samples|count|size"
_ORIGINS = frozenset(["collected", "purchased", "public", "synthetic", "shared", "derived"])
_NAMED_BY = "name|title|dataset|source|url|link"
_WHERE = "url|link|location|uri|path|homepage"
_ADDRESS = re.compile(r"https?://\S+$")
_NO_OTHER = "original"
"""The Hub's word for data that comes from nowhere else; ``extended|squad`` is its way to say from where."""
_ROLES = {**SPLITS, "val": "validation"}
_ANSWERS = {"yes": True, "no": False, "none": False}
_TYPED = "type|dtype|description|_type"


def records(draft: Draft, field: Cursor) -> None:
    """A whole number, or the total in a mapping; a text such as ``12k`` is told as an amount."""
    if type(field.value) is dict:
        field = Fields(field).to("total|all|overall")
    if type(field.value) is int:
        draft.put("content.records", *field)
    elif type(field.value) is str:
        if exact_number(field.value) is not None:
            draft.number("content.records", *field)
        else:
            draft.put("acquisition.quantity", *field)


def quantity(draft: Draft, field: Cursor) -> None:
    """A text, which has its unit; a bare number may be of bytes or of records."""
    if type(field.value) is list or (type(field.value) is str and exact_number(field.value) is None):
        put_text(draft, "acquisition.quantity", field)


def splits(draft: Draft, field: Cursor) -> None:
    """What the data is used as, and the number of records where there is one split: a sum would not be the card's."""
    found = list(_splits(field))
    roles = draft.tree.get("content", {}).get("role", [])
    for name, _ in found:
        role = _ROLES.get(str(name.value).casefold())
        if role is not None and role not in roles:
            draft.put("content.role[+]", role, name.at)
            roles = draft.tree["content"]["role"]
    if len(found) == 1:
        _, size = found[0]
        count = Fields(size).to(_COUNT) if type(size.value) is dict else size
        if type(count.value) is int:
            draft.put("content.records", *count)


def _splits(field: Cursor) -> Iterator[tuple[Cursor, Cursor]]:
    """The name of each split and what is said of it."""
    for name, item in field.entries():
        yield item._replace(value=name, at=(*item.at, KEY)), item
    for item in field.each() if type(field.value) is list else ():
        yield (Fields(item).to("name|split") if type(item.value) is dict else item), item


def features(draft: Draft, field: Cursor) -> None:
    """Names in a list, of the mappings in it, or of a mapping that tells of each its type or what it means."""
    if type(field.value) is dict:
        told = [item for _, item in field.entries()]
        if all(type(item.value) is str or Fields(item).has(_TYPED) for item in told):
            names_of("content.features")(draft, field)
        return
    for item in field.each():
        name = Fields(item).to("name|field|column|id") if type(item.value) is dict else item
        if type(name.value) is str and type(field.value) is list:
            draft.put("content.features[+]", *name)


def names_of(path: str) -> Callable[[Draft, Cursor], None]:
    """Texts, or the names in a mapping that says something of each of them."""

    def put(draft: Draft, field: Cursor) -> None:
        for name, item in field.entries():
            draft.put(f"{path}[+]", name, (*item.at, KEY))
        if type(field.value) in (str, list):
            put_texts(draft, path, field)

    return put


def sources(draft: Draft, field: Cursor) -> None:
    """Each source by name or address; mappings that have neither are counts and notes."""
    for item in field.each():
        given = Fields(item)
        name = given.to(_NAMED_BY) if type(item.value) is dict else item
        if type(name.value) is not str:
            continue
        if name.value == _NO_OTHER:
            draft.used.add(name.at)
            continue
        path = draft.entry("provenance.sources")
        word, _, base = name.value.partition("|")
        if word == "extended" and base:
            draft.put(f"{path}.dataset", base, name.at)
        draft.put(f"{path}.name", base or name.value, name.at)
        where = name if _ADDRESS.match(name.value) else given.to(_WHERE)
        put_text(draft, f"{path}.location", where)
        put_text(draft, f"{path}.license", given.to("license|licence"))
        draft.moment(
            f"{path}.obtained_on", *given.to("obtained on|accessed|access date|retrieved|downloaded")
        )
        draft.digest(f"{path}.digest", *given.to("sha256|digest"))


def origin(draft: Draft, field: Cursor) -> None:
    """One of our own words, or that the data is synthetic."""
    word = "synthetic" if field.value is True else field.value
    if type(word) is str and word.casefold() in _ORIGINS:
        draft.put("acquisition.source_type", word.casefold(), field.at)


def creators(draft: Draft, field: Cursor) -> None:
    for item in field.each():
        name = words(item)
        if type(name.value) is str:
            path = draft.entry("provenance.events")
            draft.put(f"{path}.type", "creation", item.at)
            draft.put(f"{path}.actor", *name)


def collection(draft: Draft, field: Cursor) -> None:
    """How the data was collected, and from when until when."""
    if type(field.value) is not dict:
        put_text(draft, "acquisition.method", field)
        return
    given = Fields(field)
    put_text(
        draft, "acquisition.method", given.to("method|methods|process|description|procedure|methodology")
    )
    _interval(
        draft,
        given.to("period|time period|dates|timeframe|date range"),
        "acquisition.started",
        "acquisition.ended",
    )
    draft.moment("acquisition.started", *given.to("start|start date|started|from"))
    draft.moment("acquisition.ended", *given.to("end|end date|ended|to|until"))
    put_text(draft, "acquisition.subjects", given.to("subjects|participants|population"))


def period(draft: Draft, field: Cursor) -> None:
    _interval(draft, field, "content.period_start", "content.period_end")


def _interval(draft: Draft, field: Cursor, start: str, end: str) -> None:
    """A mapping with both ends, or a list of two; a text has no form that all would share."""
    given = Fields(field)
    if type(field.value) is list and len(field.value) == 2:
        first, last = field.each()
    else:
        first, last = given.to("start|start date|from|begin"), given.to("end|end date|to|until")
    draft.moment(start, *first)
    draft.moment(end, *last)


def personal(draft: Draft, field: Cursor) -> None:
    """Whether there is personal data, which kinds, and what protects it."""
    answer = _ANSWERS.get(field.value.casefold()) if type(field.value) is str else field.value
    if type(answer) is bool:
        draft.put("acquisition.contains_personal_data", answer, field.at)
    elif type(field.value) is dict:
        given = Fields(field)
        flag = given.to("contains pii|contains personal data|present|included|pii|contains")
        if type(flag.value) is bool:
            draft.put("acquisition.contains_personal_data", *flag)
        put_texts(
            draft, "acquisition.sensitive_categories", given.to("sensitive categories|special categories")
        )
        put_text(
            draft,
            "governance.privacy_handling",
            given.to(
                "handling|anonymization|anonymisation|de identification|mitigation|protection|description"
            ),
        )
    else:
        put_text(draft, "governance.privacy_handling", field)


def biases(draft: Draft, field: Cursor) -> None:
    for item in field.each():
        said = words(item)
        if type(said.value) is str:
            path = draft.entry("quality.known_biases")
            draft.put(f"{path}.description", *said)
            put_text(draft, f"{path}.mitigation", Fields(item).to("mitigation|mitigations"))


def steps(draft: Draft, field: Cursor) -> None:
    for item in field.each():
        said = Fields(item).to("description|step|name") if type(item.value) is dict else item
        if type(said.value) is str:
            draft.put(f"{draft.entry('preparation.steps')}.description", *said)


def annotation(draft: Draft, field: Cursor) -> None:
    """How labels were made; a number is one of labels."""
    if type(field.value) is str or type(field.value) is list:
        put_text(draft, "preparation.annotation.protocol", field)
    given, path = Fields(field), "preparation.annotation"
    put_text(draft, f"{path}.protocol", given.to("protocol|process|method|guidelines|description"))
    put_text(draft, f"{path}.annotators", given.to("annotators|annotator|who|annotated by"))
    put_text(draft, f"{path}.platform", given.to("platform"))
    draft.number(f"{path}.agreement", *given.to("agreement|inter annotator agreement|kappa"))
    draft.number(f"{path}.per_item", *given.to("annotators per item|annotations per item|per item"))


def uses(draft: Draft, field: Cursor) -> None:
    """What it is for: a text, a list of uses, or both under names of their own."""
    if type(field.value) is list:
        put_texts(draft, "intended_use.use_cases", field)
    elif type(field.value) is dict:
        given = Fields(field)
        put_text(draft, "intended_use.summary", given.to("summary|description|purpose|overview|motivation"))
        put_texts(
            draft,
            "intended_use.use_cases",
            given.to("primary|primary uses|intended|intended uses|direct use"),
        )
    else:
        put_text(draft, "intended_use.summary", field)

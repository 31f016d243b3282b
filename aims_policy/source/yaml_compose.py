"""Events of a YAML parser to values and their positions: one pass, everything bounded."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from aims_policy.source.numbers import RANGE_HINT, NotFinite
from aims_policy.source.text import MAX_DEPTH, MAX_NODES, Problems, shown
from aims_policy.source.yaml_scalars import NUMBER_STARTS, WORDS, number_or_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.source.document import Position

MAX_ALIASED = 100_000
"""Values that aliases may stand for, all together: nine lines of YAML can stand for a billion."""
LONG = 100
"""Characters of a text that count as one value more: aliases may repeat no more text than a file may hold."""

_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    f"{_CORE}int": (int,),
    f"{_CORE}float": (int, Decimal, NotFinite),
    f"{_CORE}bool": (bool,),
    f"{_CORE}null": (type(None),),
}
_FUNCTIONS = frozenset(
    """!And !Base64 !Cidr !Condition !Equals !FindInMap !GetAtt !GetAZs !If !ImportValue !Join !Not !Or !Ref !Select
    !Split !Sub !Transform""".split()  # noqa: SIM905 - a list of words reads better
)
"""What CloudFormation computes when a template is deployed: here such a value is not known, and so null."""


class Composer:
    """Reads the documents of one stream; problems that hide nothing are collected on the way."""

    __slots__ = ("_aliased", "_anchors", "_deepest", "_keep_not_finite", "_next", "_nodes", "_problems")

    def __init__(self, next_event: Callable[[], Any], problems: Problems, keep_not_finite: bool) -> None:
        self._keep_not_finite = keep_not_finite
        self._next = next_event
        self._problems = problems
        self._nodes = 0
        self._aliased = 0
        self._deepest = 0
        # name -> (value, position, nodes, height, text of a scalar); None while the node is being read.
        self._anchors: dict[str, tuple[Any, Position, int, int, str | None] | None] = {}

    def begin_document(self) -> bool:
        """Goes on to the next document; False at the end of the stream."""
        event = self._next()
        while event is not None and type(event) is not DocumentStartEvent:
            event = self._next()
        return event is not None

    def document(self) -> tuple[Any, Position, bool]:
        """(value, position, whether nothing is written there) of the document just begun."""
        self._anchors = {}
        event = self._next()
        value, position = self._node(event, 0)
        empty = value is None and position[0] == position[1]
        return value, position, empty

    def _node(self, event: Any, depth: int) -> tuple[Any, Position]:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        return self._collection(event, depth)

    def _scalar(self, event: Any) -> tuple[Any, Position]:
        self._nodes += 1 + len(event.value) // LONG
        if self._nodes > MAX_NODES:
            self._stop("too-large", f"the file has more than {MAX_NODES} values", event)
        start = event.start_mark.index
        end = event.end_mark.index
        text = value = event.value
        if event.implicit[0] and not event.style:
            value = WORDS.get(text, text)
            if value is text and text[0] in NUMBER_STARTS:
                value = self._number(event)
        elif event.style in ("|", ">"):
            end = start + len(self._problems.text[start:end].rstrip())
        elif event.tag is not None or not text.isascii():
            value = self._unusual(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, (start, end), 1 + len(text) // LONG, 0, text)
        return value, (start, end)

    def _number(self, event: Any) -> Any:
        """The number a plain scalar stands for, or its text."""
        text = event.value
        try:
            value = number_or_text(text)
        except (ValueError, ArithmeticError):
            self._add("number-range", "the number is out of range", event, RANGE_HINT)
            return text
        if type(value) is NotFinite and not self._keep_not_finite:
            hint = "leave out what is not known"
            self._add("not-finite", f"`{text}` is not a finite number", event, hint)
        return value

    def _unusual(self, event: Any) -> Any:
        """The value of a scalar with a tag, or with characters that have to be looked at."""
        text: str = event.value
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self._add("lone-surrogate", "half of a surrogate pair is not text", event)
        if event.tag is None:
            return text
        if event.tag in ("!", f"{_CORE}str"):
            return text
        if event.tag not in _SCALAR_TAGS:
            if self._is_function(event):
                return None
            self._refuse_tag(event)
            return text
        value = WORDS.get(text, text)
        if value is text:
            value = self._number(event)
        if type(value) not in _SCALAR_TAGS[event.tag]:
            self._add("yaml-tag", f"{shown(text)} does not fit its tag", event, "remove the tag")
        return value

    def _alias(self, event: Any, depth: int) -> tuple[Any, Position]:
        name = event.anchor
        if name not in self._anchors:
            hint = f"put the text in quotes if it is not an alias: '*{name}'" if len(name) < 60 else ""
            self._add("yaml-syntax", f"no anchor {shown('&' + name)} stands before this alias", event, hint)
            return None, (event.start_mark.index, event.end_mark.index)
        anchored = self._anchors[name]
        if anchored is None:
            self._stop("recursive-alias", f"{shown('*' + name)} stands inside the value it repeats", event)
        value, position, nodes, height, _ = anchored
        self._nodes += nodes
        self._aliased += nodes
        if self._aliased > MAX_ALIASED:
            self._stop("too-many-aliases", f"aliases repeat more than {MAX_ALIASED} values", event)
        self._deepest = max(self._deepest, depth + height)
        if self._deepest > MAX_DEPTH:
            self._stop("too-deep", f"nested deeper than {MAX_DEPTH} levels", event)
        return value, position

    def _collection(self, event: Any, depth: int) -> tuple[Any, Position]:
        if depth >= MAX_DEPTH:
            self._stop("too-deep", f"nested deeper than {MAX_DEPTH} levels", event)
        is_mapping = type(event) is MappingStartEvent
        if event.tag is not None and event.tag != f"{_CORE}{'map' if is_mapping else 'seq'}":
            if self._is_function(event):
                event.tag = None
                return None, self._collection(event, depth)[1][:2]
            self._refuse_tag(event)
        self._nodes += 1
        read = self._mapping if is_mapping else self._sequence
        depth += 1
        if event.anchor is None:
            self._deepest = max(self._deepest, depth)
            return read(event, depth)
        outer, nodes, self._deepest = self._deepest, self._nodes, depth
        self._anchors[event.anchor] = None
        value, position = read(event, depth)
        height = self._deepest - depth + 1
        self._anchors[event.anchor] = (value, position, self._nodes - nodes + 1, height, None)
        self._deepest = max(outer, self._deepest)
        return value, position

    def _sequence(self, opening: Any, depth: int) -> tuple[list[Any], Position]:
        items: list[Any] = []
        positions: list[Position] = []
        start = end = opening.start_mark.index
        event = self._next()
        while type(event) is not SequenceEndEvent:
            value, position = self._node(event, depth)
            items.append(value)
            positions.append(position)
            end = _written_end(event, position)
            event = self._next()
        return items, (start, _closed_end(opening, event, end), positions)

    def _mapping(self, opening: Any, depth: int) -> tuple[dict[str, Any], Position]:
        members: dict[str, Any] = {}
        positions: dict[str, Position] = {}
        start = end = opening.start_mark.index
        event = self._next()
        while type(event) is not MappingEndEvent:
            key = self._key(event, depth)
            key_event, event = event, self._next()
            value, position = self._node(event, depth)
            end = _written_end(event, position)
            event = self._next()
            if key is None:
                continue
            if key in positions:
                self._refuse_duplicate(key, key_event, positions[key])
                continue
            members[key] = value
            positions[key] = (key_event.start_mark.index, key_event.end_mark.index, position)
        return members, (start, _closed_end(opening, event, end), positions)

    def _key(self, event: Any, depth: int) -> str | None:
        """The text of a key, whatever it would be as a value; None for what cannot be a key."""
        kind: object = type(event)
        if kind is ScalarEvent:
            text: str = event.value
            if text == "<<" and event.implicit[0] and not event.style:
                hint = "write the fields out, or repeat a whole value with an alias"
                self._add("merge-key", "merge keys (`<<`) are not read", event, hint)
                return None
            if event.anchor is not None or event.tag is not None or not text.isascii():
                self._scalar(event)
            return text
        if kind is AliasEvent:
            self._alias(event, depth)
            anchored = self._anchors.get(event.anchor)
            if anchored is not None and anchored[4] is not None:
                return anchored[4]
        else:
            self._collection(event, depth)
        self._add("complex-key", "a key must be a text", event)
        return None

    def _refuse_duplicate(self, key: str, event: Any, first: Position) -> None:
        line = self._problems.line_of(first[0])
        self._add("duplicate-key", f"{shown(key)} is given twice", event, f"first given on line {line}")

    def _is_function(self, event: Any) -> bool:
        return event.tag in _FUNCTIONS and "AWS::" in self._problems.text

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag
        name = f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
        self._add(
            "yaml-tag", f"the tag {shown(name)} is not read", event, "only plain data is: remove the tag"
        )

    def _add(self, code: str, message: str, event: Any, hint: str = "") -> None:
        self._problems.add(code, message, event.start_mark.index, event.end_mark.index, hint)

    def _stop(self, code: str, message: str, event: Any) -> NoReturn:
        self._problems.stop(code, message, event.start_mark.index, event.end_mark.index)


def _written_end(event: Any, position: Position) -> int:
    """Where an item ends: an alias ends where it stands itself, its position being that of the anchor."""
    end: int = position[1]
    return end if end > event.start_mark.index else event.end_mark.index


def _closed_end(opening: Any, closing: Any, last: int) -> int:
    """Where a collection ends: at its bracket, or with its last item, not at whatever follows."""
    end: int = closing.end_mark.index if opening.flow_style else last
    return end

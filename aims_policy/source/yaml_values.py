"""The value of a YAML text in which nothing has to be looked at twice, as nearly all are, and no positions.

Where each part of it stands is found when somebody asks, by composing the text again. Whatever is out of the ordinary
(tags, anchors, a key given twice, numbers out of range) is left to `Composer`, which knows what to say about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml import YAMLError
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from aims_policy.source.numbers import NotFinite
from aims_policy.source.text import MAX_DEPTH, MAX_NODES
from aims_policy.source.yaml_scalars import NUMBER_STARTS, WORDS, number_or_text

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = MAX_NODES // 2
"""Characters of a text up to which it cannot hold too many values: without aliases each takes one at least."""


class _Unusual(Exception):  # noqa: N818 - no error: another way is taken
    """Something that has to be looked at."""


def plain_value(text: str, parser: Callable[[str], Callable[[], Any]], keep_not_finite: bool) -> Any:
    """The value of a stream of one plain document; None where there is anything else in it, or nothing.

    `parser` makes of a text the function that gives its next event.
    """
    if len(text) > LONGEST or "\n---" in text:
        return None
    try:
        next_event = parser(text)
        if type(next_event()) is not StreamStartEvent or type(next_event()) is not DocumentStartEvent:
            return None
        value = _node(next_event(), next_event, keep_not_finite, 0)
        if type(next_event()) is DocumentEndEvent and type(next_event()) is StreamEndEvent:
            return value
    except (_Unusual, YAMLError, ValueError, ArithmeticError):
        pass
    return None


def _node(event: Any, next_event: Callable[[], Any], keep_not_finite: bool, depth: int) -> Any:
    kind = type(event)
    if kind is ScalarEvent:
        return _scalar(event, keep_not_finite)
    if event.anchor is not None or depth >= MAX_DEPTH:
        raise _Unusual
    if kind is MappingStartEvent and event.tag is None:
        return _mapping(next_event, keep_not_finite, depth + 1)
    if kind is SequenceStartEvent and event.tag is None:
        return _sequence(next_event, keep_not_finite, depth + 1)
    raise _Unusual


def _scalar(event: Any, keep_not_finite: bool) -> Any:
    if event.tag is not None or event.anchor is not None:
        raise _Unusual
    text = event.value
    if event.style:
        if not text.isascii() and _has_half_pair(text):
            raise _Unusual
        return text
    value = WORDS.get(text, text)
    if value is text and text[0] in NUMBER_STARTS:
        value = number_or_text(text)
        if type(value) is NotFinite and not keep_not_finite:
            raise _Unusual
    return value


def _sequence(next_event: Callable[[], Any], keep_not_finite: bool, depth: int) -> list[Any]:
    items: list[Any] = []
    event = next_event()
    while (kind := type(event)) is not SequenceEndEvent:
        items.append(
            _scalar(event, keep_not_finite)
            if kind is ScalarEvent
            else _node(event, next_event, keep_not_finite, depth)
        )
        event = next_event()
    return items


def _mapping(next_event: Callable[[], Any], keep_not_finite: bool, depth: int) -> dict[str, Any]:
    members: dict[str, Any] = {}
    event = next_event()
    while type(event) is not MappingEndEvent:
        if type(event) is not ScalarEvent or event.tag is not None or event.anchor is not None:
            raise _Unusual
        name = event.value
        if name in members or name == "<<" or (not name.isascii() and _has_half_pair(name)):
            raise _Unusual
        event = next_event()
        members[name] = (
            _scalar(event, keep_not_finite)
            if type(event) is ScalarEvent
            else _node(event, next_event, keep_not_finite, depth)
        )
        event = next_event()
    return members


def _has_half_pair(text: str) -> bool:
    """Whether half of a surrogate pair is in it, which is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

"""One document of one file: its value, and where each part of it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.source.text import SourceText, Span

Path = tuple[str | int, ...]
"""The way to a value: ("spec", "fairness", "measurements", 0, "value")."""

Position = tuple[Any, ...]
"""(start, end) of a scalar; of a list with a list of positions as third, of a mapping with a dict of
key -> (start of key, end of key, position of value), or with a function that finds these.
Offsets are code points of the text."""


class Document:
    """Immutable. `value` is a plain tree of dict, list, str, int, Decimal, bool and None, not to be changed.

    Dates stay text and every number with a fraction or exponent is a Decimal.
    """

    __slots__ = ("_again", "_positions", "_source", "digest", "file", "format", "text", "value")

    file: str
    text: str
    value: Any
    digest: str
    format: str
    _source: SourceText
    _positions: Position | Callable[[], Position]
    _again: Callable[[], Position]

    def __init__(
        self,
        source: SourceText,
        value: Any,
        positions: Position | Callable[[], Position],
        *,
        again: Callable[[], Position],
        digest: str,
        format: str,  # noqa: A002 (the attribute's own name)
    ) -> None:
        put = object.__setattr__
        put(self, "_source", source)
        put(self, "_positions", positions)
        put(self, "_again", again)
        put(self, "file", source.file)
        put(self, "text", source.text)
        put(self, "value", value)
        put(self, "digest", digest)
        put(self, "format", format)

    def span(self, path: Path) -> Span:
        """Of the value at the path; of the nearest ancestor that exists where it does not."""
        return self._source.span(*self.offsets(path))

    def key_span(self, path: Path) -> Span:
        """Of the mapping key the path ends with; of the item for a list, of an ancestor if absent."""
        return self._source.span(*self.key_offsets(path))

    def offsets(self, path: Path) -> tuple[int, int]:
        """Where `span` begins and ends, in code points of the text."""
        _, position = self._find(path)
        return position[0], position[1]

    def key_offsets(self, path: Path) -> tuple[int, int]:
        """Where `key_span` begins and ends, in code points of the text."""
        key, position = self._find(path)
        return (position[0], position[1]) if key is None else (key[0], key[1])

    def between(self, start: int, end: int) -> Span:
        """The span from one offset of the text to another."""
        return self._source.span(start, end)

    def line(self, number: int) -> str:
        """The text of a line of the file, without its end."""
        return self._source.line(number)

    def forget_positions(self) -> None:
        """Let go of the positions, which take more room than the value; they are found again when asked for."""
        object.__setattr__(self, "_positions", self._again)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Document cannot be changed: {name}")

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        # Pickling sets attributes one by one, which nothing else may do.
        for name, value in state[1].items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Document {self.file} {self.format} {self.digest[:19]}>"

    def _find(self, path: Path) -> tuple[Position | None, Position]:
        """The key's position (if the path was followed to a mapping's key) and the value's."""
        position = self._tree()
        key: Position | None = None
        for step in path:
            children = position[2] if len(position) > 2 else None
            if callable(children):
                children = children()
            if isinstance(children, dict) and step in children:
                key = children[step]
                position = key[2]
            elif isinstance(children, list) and isinstance(step, int) and 0 <= step < len(children):
                key, position = None, children[step]
            else:
                return None, position
        return key, position

    def _tree(self) -> Position:
        if callable(self._positions):
            object.__setattr__(self, "_positions", self._positions())
        tree: Position = self._positions  # type: ignore[assignment] # was just made one
        return tree

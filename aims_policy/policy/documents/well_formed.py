"""What of a document has the right form, so that faults of its content are told along with those of its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.documents.validation import validated
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Located
    from aims_policy.source import Span

M = TypeVar("M", bound=BaseModel)
Steps = tuple[str | int, ...]

_ROUNDS = 20
"""Taking a value away can leave what is around it without a required one; deeper than this no document goes."""


class WellFormed(NamedTuple, Generic[M]):
    """The ``model`` of what is well-formed (None where nothing is), and the ``document`` that knows its places.

    ``problems`` are all faults of form, and ``lost`` the fields at the top of which something was left out.
    """

    model: M | None
    document: Located
    problems: tuple[Diagnostic, ...]
    lost: frozenset[str]


def well_formed(document: Located, model: type[M], stand_ins: Mapping[str, Any]) -> WellFormed[M]:
    """As `validated`, but what has the wrong form is left out and told.

    ``stand_ins`` are required fields of which the rest does not depend: they may be absent or wrong.
    """
    try:
        return WellFormed(validated(document, model), document, (), frozenset())
    except PolicyError as error:
        problems = error.diagnostics
    part = Part(document, frozenset())
    for _ in range(_ROUNDS if isinstance(document.value, dict) else 0):
        try:
            read = model.model_validate({**stand_ins, **part.value})
            return WellFormed(read, part, problems, part.lost)
        except ValidationError as error:
            faults = {part.original(_there(part.value, e["loc"])) for e in error.errors()}
        if () in faults:  # a required field at the top that nothing stands in for
            break
        part = Part(document, part.left_out | faults)
    return WellFormed(None, document, problems, part.lost)


class Part:
    """A document without some of its values; what is left keeps its place."""

    def __init__(self, document: Located, left_out: frozenset[Steps]) -> None:
        self._document = document
        self.left_out = left_out
        self.value = _without(document.value, left_out, ())
        self.lost = frozenset(str(steps[0]) for steps in left_out)
        self.file = document.file
        self.digest = document.digest

    @property
    def text(self) -> str:
        return self._document.text

    def original(self, path: Steps) -> Steps:
        """Where the value at a path of this part stands in the whole document."""
        found: Steps = ()
        value = self._document.value
        for step in path:
            if isinstance(value, list) and isinstance(step, int):
                kept = [i for i in range(len(value)) if (*found, i) not in self.left_out]
                step = kept[step] if step < len(kept) else step  # noqa: PLW2901 - counted in the whole document
                value = value[step] if step < len(value) else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
            found = (*found, step)
        return found

    def span(self, path: Steps, /) -> Span:
        return self._document.span(self.original(path))

    def key_span(self, path: Steps, /) -> Span:
        return self._document.key_span(self.original(path))

    def line(self, number: int, /) -> str:
        return self._document.line(number)


def _without(value: Any, left_out: frozenset[Steps], path: Steps) -> Any:
    if isinstance(value, dict):
        kept = ((key, (*path, key), one) for key, one in value.items())
        return {key: _without(one, left_out, own) for key, own, one in kept if own not in left_out}
    if isinstance(value, list):
        entries = (((*path, i), one) for i, one in enumerate(value))
        return [_without(one, left_out, own) for own, one in entries if own not in left_out]
    return value


def _there(value: Any, place: Steps) -> Steps:
    """What is left out for a fault at pydantic's place: the entry of a list as a whole, for half of it means
    something else; else as much of the place as is in the document (of a missing field, what lacks it).
    """
    for depth, step in enumerate(place):
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            return place[: depth + 1]
        if not isinstance(value, dict) or step not in value:
            return place[:depth]
        value = value[step]
    return place

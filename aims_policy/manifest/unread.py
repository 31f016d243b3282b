"""What of a foreign document no evidence was made from: nothing that a team has written is dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from aims_policy.manifest.draft import Draft
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_LISTED = 12
_DEEPEST = 12


class Unread(NamedTuple):
    """A field by its name without indices, as ``components.hashes``, or a section of a card by its ``## heading``.

    ``steps`` lead to the first place where it stands.
    """

    name: str
    steps: Steps


def unread(document: Located, drafts: list[Draft], ignored: Collection[str]) -> tuple[Unread, ...]:
    """Each field once, in the order of the document. ``ignored`` names those that say nothing of an asset."""
    used = set().union(*(draft.used for draft in drafts))
    above = {path[:end] for path in used for end in range(len(path))}
    found: dict[str, Steps] = {}
    for path in _fields(document.value, (), used, above):
        name = ".".join(str(step) for step in path if type(step) is str).removeprefix("front_matter.")
        if name not in ignored:
            found.setdefault(name, path)
    for heading, path in _sections(document.value, above | used):
        found.setdefault(f"## {heading}", path)
    return tuple(Unread(name, path) for name, path in found.items())


def note(document: Located, fields: tuple[Unread, ...]) -> tuple[Diagnostic, ...]:
    """One note with the first of the fields. Sections of prose are not in it: a card has many that nobody asks for."""
    names = [field.name for field in fields if not field.name.startswith("## ")]
    if not names:
        return ()
    listed = ", ".join(f"`{n[:60]}`" for n in names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    fields_ = "field of this file was" if len(names) == 1 else "fields of this file were"
    message = f"{len(names)} {fields_} not read: {listed}"
    return (Diagnostic("unread-fields", message, document.file, severity="note"),)


def _fields(value: Any, path: Steps, used: set[Steps], above: set[Steps]) -> Iterator[Steps]:
    if path in used or value is None or path == ("body",):
        return
    if path and path not in above and type(path[-1]) is str and path != ("front_matter",):
        yield path
        return
    if len(path) > _DEEPEST:
        return
    if type(value) is dict:
        for key, item in value.items():
            yield from _fields(item, (*path, key), used, above)
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from _fields(item, (*path, index), used, above)


def _sections(value: Any, known: set[Steps]) -> Iterator[tuple[str, Steps]]:
    """Sections of a card that have a heading and some text."""
    body = value.get("body") if type(value) is dict and "front_matter" in value else None
    if type(body) is not list:
        return
    for index, section in enumerate(body):
        if section["heading"] and section["lines"] and ("body", index) not in known:
            yield section["heading"], ("body", index, "heading")

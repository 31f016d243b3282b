"""One manifest as it was read: evidence, what was given but is none, and where everything stands."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from aims_policy.later import chained, now
from aims_policy.manifest.asset_ids import referred_id
from aims_policy.manifest.paths import KEY, path_text, steps_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.source.strength import DECLARED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.later import Later
    from aims_policy.manifest.foreign.unread import Unread
    from aims_policy.manifest.native.walk import Walk
    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document, Span

    class Located(Protocol):
        """What positions are asked of: a `Document`, or a card made of front matter and body."""

        @property
        def file(self) -> str: ...
        @property
        def value(self) -> Any: ...
        @property
        def text(self) -> str: ...
        @property
        def digest(self) -> str: ...
        def span(self, path: Steps, /) -> Span: ...
        def key_span(self, path: Steps, /) -> Span: ...
        def line(self, number: int, /) -> str: ...


class Source(NamedTuple):
    """A document that evidence comes from; `strength` is ``declared``, ``tool`` or ``verified``."""

    file: str
    format: str
    digest: str
    strength: str


class Place(NamedTuple):
    """Where a value stands; `source_path` is its path in the submitted file's own structure."""

    file: str
    line: int
    column: int
    source_path: Steps
    source: Source


class Candidate(NamedTuple):
    """One of several values that sources give for the same path: `part` is the source's number, 0 the manifest."""

    value: Any
    part: int
    steps: Steps


class Gap(NamedTuple):
    """Something was given that is no evidence: `reason` is `null`, `empty`, "placeholder `TODO`", …"""

    reason: str
    file: str
    line: int
    column: int


class Reference(NamedTuple):
    """This manifest names another asset. `ref_id` is ``dataset/loans``, `kind` the kind it names (``Dataset``)."""

    path: str
    ref_id: str
    relation: str
    kind: str


class Party(NamedTuple):
    """This manifest names a person, post or group."""

    path: str
    name: str
    relation: str


class Manifest:
    """Immutable. Positions are computed when they are first asked for.

    `data` is the evidence tree that rules read: sections of ``spec``, ``metadata`` and ``kind`` as plain dicts,
    tuples, texts, Decimals, booleans and aware UTC datetimes, without anything that is no evidence.
    `format` is ``aims`` or the foreign format's name; `version` is "" where none is given. `is_named` tells whether
    the document names its asset; else the name was taken from the file's. `source` is the document itself. One that
    is merged from several (`merge.Merged`) has `sources`, and `disagreements` where they give different values.
    `noted` are the `notes`, of which those on what was not read are found when they are asked for.
    """

    __slots__ = (
        "_document", "_gaps", "_missing", "_named", "_origins", "_parties", "_references", "_unread",
        "data", "digest", "file", "format", "is_named", "kind", "name", "noted", "source", "version",
    )  # fmt: skip

    kind: str
    name: str
    version: str
    data: dict[str, Any]
    file: str
    digest: str
    format: str
    noted: tuple[Diagnostic, ...] | Later[tuple[Diagnostic, ...]]
    source: Source
    is_named: bool
    sources: tuple[Source, ...] = ()
    disagreements: Mapping[Steps, tuple[Candidate, ...]] = MappingProxyType({})
    _document: Located
    _gaps: dict[Steps, str]
    _missing: dict[str, Gap] | None
    _named: tuple[Reference, ...] | None
    _origins: Mapping[Steps, Steps] | None
    _parties: list[tuple[Steps, str, str]]
    _references: list[tuple[Steps, str, str, str]]
    _unread: tuple[Unread, ...] | Later[tuple[Unread, ...]]

    def __init__(
        self,
        data: dict[str, Any],
        document: Document | Located,
        walk: Walk,
        *,
        format: str,  # noqa: A002 (the attribute's own name)
        origins: Mapping[Steps, Steps] | None = None,
        notes: tuple[Diagnostic, ...] | Later[tuple[Diagnostic, ...]] = (),
        unread: tuple[Unread, ...] | Later[tuple[Unread, ...]] = (),
        strength: str = DECLARED,
        is_named: bool = True,
    ) -> None:
        put = object.__setattr__
        metadata = data["metadata"]
        put(self, "kind", data["kind"])
        put(self, "name", metadata["name"])
        put(self, "version", metadata.get("version", ""))
        put(self, "data", data)
        put(self, "file", document.file)
        put(self, "digest", document.digest)
        put(self, "format", format)
        put(self, "noted", notes)
        put(self, "source", Source(document.file, format, document.digest, strength))
        put(self, "is_named", is_named)
        put(self, "_document", document)
        put(self, "_gaps", walk.gaps)
        put(self, "_missing", None)
        put(self, "_named", None)
        put(self, "_origins", origins)
        put(self, "_parties", walk.parties)
        put(self, "_references", walk.references)
        put(self, "_unread", unread)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Manifest cannot be changed: {name}")

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        # Pickling sets attributes one by one, which nothing else may do.
        for name, value in state[1].items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Manifest {self.kind} {self.name} {self.version} {self.file}>"

    @property
    def missing(self) -> Mapping[str, Gap]:
        """By path, what was given but is no evidence. What was not given at all is not in it."""
        if self._missing is None:
            object.__setattr__(self, "_missing", {path_text(steps): self._gap(steps) for steps in self._gaps})
        missing: dict[str, Gap] = self._missing  # type: ignore[assignment] # was just made
        return missing

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What is told of the manifest and is no error: of a foreign one first what was not read of it."""
        return now(self.noted)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What of a foreign document no evidence was made from."""
        return now(self._unread)

    @property
    def text(self) -> str:
        """The whole submitted file, as it was decoded."""
        return self._document.text

    @property
    def strength(self) -> str:
        """Of the document: ``declared``, ``tool`` or ``verified``."""
        return self.source.strength

    def locate(self, path: str) -> Place:
        """Where the evidence at a path such as ``fairness.measurements[0].value`` stands in the submitted file.

        The nearest ancestor's place where the path leads to nothing.
        """
        return self.place(steps_of(path))

    def with_data(self, data: dict[str, Any]) -> Manifest:
        """The same document with another evidence tree made of it."""
        return self._with(data=data)

    def forget_positions(self) -> None:
        """Let go of the positions in the file; they are found again when asked for."""
        forget = getattr(self._document, "forget_positions", None)  # a card keeps those of its few parts
        if forget is not None:
            forget()

    def noting(self, notes: tuple[Diagnostic, ...]) -> Manifest:
        """The same manifest with further notes."""
        return self._with(noted=chained(self.noted, notes))

    def unread_fields(self) -> tuple[tuple[str, int, int], ...]:
        """Fields and sections of the file that no evidence was made from: name, line and column of the first place."""
        spans = ((field.name, self._document.key_span(field.steps)) for field in self.unread)
        return tuple((name, span.line, span.column) for name, span in spans)

    def references(self) -> tuple[Reference, ...]:
        """The assets that this manifest names, in the order of the file."""
        if self._named is None:
            object.__setattr__(self, "_named", self._find_references())
        named: tuple[Reference, ...] = self._named  # type: ignore[assignment] # was just made
        return named

    def _find_references(self) -> tuple[Reference, ...]:
        return tuple(
            Reference(path_text(steps), referred_id(text, kind), relation, kind)
            for steps, text, kind, relation in self._references
        )

    def parties(self) -> tuple[Party, ...]:
        """The people, posts and groups that this manifest names, in the order of the file."""
        return tuple(Party(path_text(steps), name, relation) for steps, name, relation in self._parties)

    def _with(self, **changes: Any) -> Self:
        same = object.__new__(type(self))
        for room in type(self).__mro__:
            for name in getattr(room, "__slots__", ()):
                object.__setattr__(same, name, changes[name] if name in changes else getattr(self, name))
        return same

    def _gap(self, steps: Steps) -> Gap:
        place = self.place(steps)
        return Gap(self._gaps[steps], place.file, place.line, place.column)

    def place(self, steps: Steps) -> Place:
        """As `locate`, of a path in steps."""
        source_path = native_source(steps) if self._origins is None else _origin(steps, self._origins)
        if source_path[-1:] == (KEY,):
            source_path = source_path[:-1]
            span = self._document.key_span(source_path)
        else:
            span = self._document.span(source_path)
        return Place(self.file, span.line, span.column, source_path, self.source)


def native_source(steps: Steps) -> Steps:
    """Where a native manifest keeps what rules call by ``steps``: all but metadata and kind is under ``spec``."""
    return steps if steps and steps[0] in ("metadata", "kind") else ("spec", *steps)


def _origin(steps: Steps, origins: Mapping[Steps, Steps]) -> Steps:
    """Of the path or its nearest ancestor; of an ancestor without one, that of the first thing below it."""
    for end in range(len(steps), 0, -1):
        known = origins.get(steps[:end])
        if known is not None:
            return known
        below = next((o for s, o in origins.items() if s[:end] == steps[:end]), None)
        if below is not None:
            return below
    return ()

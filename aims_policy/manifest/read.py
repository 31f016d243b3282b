"""Documents to manifests. Native ones are walked against their kind's shape; foreign ones are converted first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.manifest.evidence.beside import Beside
from aims_policy.manifest.manifest import Gap, Manifest, Party, Place, Reference, native_source
from aims_policy.manifest.native.claims import believed
from aims_policy.manifest.native.repeats import repeats
from aims_policy.manifest.native.walk import NONE, Fault, Walk, fields
from aims_policy.source import SourceError, read_bytes
from aims_policy.source.reading import file_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aims_policy.manifest.evidence.beside import AtHand, Trusted
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.native.shape import Shape
    from aims_policy.source import Document
    from aims_policy.source.nested import Part

API_VERSION = "aims/v1"
_ENVELOPE = ("apiVersion", "kind", "metadata", "spec")
AUTHORED = ("Policy", "PolicyTest", "RiskAppetite", "StatementOfApplicability", "Waivers", "Workspace")
"""Kinds of what policy authors write, which is no manifest."""

_REPORT_KINDS = (
    *("Decision", "DecisionReport", "GapReport", "StatementReport", "Survey", "WatchReport", "WatchState"),
)


def read(
    source: str | os.PathLike[str] | Iterable[Document],
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None = None,
    as_format: str | None = None,
    shown_as: str | None = None,
    folder: str | Mapping[str, AtHand] | None = None,
    root: str | None = None,
    keys: Sequence[Trusted] = (),
) -> list[Manifest]:
    """The manifests of a file, or of documents that were read already.

    `extensions` is, by kind, the text of the JSON Schema of the organization's own fields. `as_format` names the
    format (``aims`` or a foreign one) instead of telling it by the content; `shown_as` is the file's name for
    people. Files of evidence that a manifest lists are read from its own `folder` (of a file that is known), and
    from `root` if the manifest lies in it; a mapping stands for a folder, and then nothing is read from it.
    Signatures among them are verified against `keys`, those that are trusted. Raises SourceError with
    every problem of every document.
    """
    documents = list(source) if not isinstance(source, str | os.PathLike) else None
    if documents is None:
        name = os.fspath(source) if shown_as is None else shown_as  # type: ignore[arg-type] # not an iterable
        own = os.path.dirname(os.fspath(source)) or "."  # type: ignore[arg-type] # noqa: PTH120 - hot
        data = file_bytes(source, name)  # type: ignore[arg-type]
        return read_data(
            data, name, shapes, extensions=extensions, as_format=as_format, folder=own, root=root, keys=keys
        )
    return _all(documents, shapes, extensions, as_format, Beside(folder, root, keys))


def read_data(
    data: bytes,
    file: str,
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None = None,
    as_format: str | None = None,
    folder: str | Mapping[str, AtHand] | None = None,
    root: str | None = None,
    keys: Sequence[Trusted] = (),
    digest: str = "",
) -> list[Manifest]:
    """As `read`, of bytes that came some other way (a request, stdin).

    Without a `folder` a manifest that lists files of evidence is refused: no file is read for a stranger.
    ``digest`` is the one that the bytes are known by, where it is not their own.
    """
    documents = documents_of(data, file, as_format=as_format, digest=digest)
    return _all(documents, shapes, extensions, as_format, Beside(folder, root, keys))


def documents_of(
    data: bytes, file: str, *, as_format: str | None = None, digest: str = ""
) -> Sequence[Document | Located]:
    """The documents in the bytes of a manifest's file, not yet read as manifests.

    ``digest`` is the one that they are known by, where it is not that of the bytes. Raises SourceError.
    """
    from_markdown = _markdown(data, file, as_format, digest)
    return _documents(data, file, as_format, digest) if from_markdown is None else [from_markdown]


def read_native(
    document: Document | Located,
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None = None,
    proven: bool = False,
) -> Manifest:
    """One document in the native form, without the evidence that it lists. Raises SourceError with all faults in it.

    What it says to be verified is no evidence of it, unless it stands for what was ``proven``, as in a rule's test.
    """
    value = document.value
    walk = Walk(proven=proven)
    kind = _envelope(value, document, shapes, walk)
    record = shapes[kind][2]
    data: dict[str, Any] = {}
    spec = value.get("spec")
    if type(spec) is dict:
        walk, data = _sections(walk, spec, kind, record)
        _check_extensions(walk, spec, data)
    elif spec is not None:
        walk.faults.append(Fault("wrong-type", (), "`spec` is not a mapping of sections"))
    metadata = walk.value(value.get("metadata") or {}, record["metadata"], (), "metadata")
    data["metadata"] = {} if metadata is NONE else metadata
    data["kind"] = kind
    _check_name(walk, data["metadata"])
    diagnostics = [_diagnostic(document, fault) for fault in walk.faults]
    if extensions and kind in extensions and type(spec) is dict and type(spec.get("extensions")) is dict:
        from aims_policy.manifest.native.extensions import violations

        reported = {fault.steps for fault in walk.faults}
        found = violations(extensions[kind], spec["extensions"], walk.gaps, reported)
        diagnostics += [_diagnostic(document, fault) for fault in found]
    if diagnostics:
        raise SourceError(tuple(diagnostics))
    return Manifest(believed(kind, data, walk.gaps), document, walk, format="aims")


def _sections(
    walk: Walk, spec: dict[str, Any], kind: str, record: Mapping[str, Shape]
) -> tuple[Walk, dict[str, Any]]:
    """The evidence in the sections, and the walk that found it: another one where a text stands for several things."""
    sections = {name: shape for name, shape in record.items() if name not in ("metadata", "kind")}
    before = list(walk.faults)
    data = fields(walk, spec, sections, (), kind)
    void = repeats(walk.said)
    if void:
        walk = Walk(proven=walk.proven, void=void)
        walk.faults += before
        data = fields(walk, spec, sections, (), kind)
    return walk, data


def _documents(data: bytes, file: str, as_format: str | None, digest: str) -> Sequence[Document]:
    """The documents of a file. Numbers that are not finite are refused in native manifests, and there alone."""
    try:
        return read_bytes(data, file=file, digest=digest)
    except SourceError as error:
        if as_format == "aims" or any(d.code != "not-finite" for d in error.diagnostics):
            raise
        documents = read_bytes(data, file=file, keep_not_finite=True, digest=digest)
        if any(is_native(document.value) for document in documents):
            raise
        return documents


def _all(
    documents: Iterable[Document | Located],
    shapes: Mapping[str, Shape],
    extensions: Mapping[str, str] | None,
    as_format: str | None,
    beside: Beside,
) -> list[Manifest]:
    manifests: list[Manifest] = []
    problems: list[Diagnostic] = []
    for document in documents:
        try:
            if type(document.value) is str:
                from aims_policy.manifest.foreign.cursor import opened

                document = opened(document, ())  # noqa: PLW2901 - a file that is one JSON text holding JSON
            if as_format == "aims" or (as_format is None and is_native(document.value)):
                manifests.append(_native(document, shapes, extensions, beside))
            else:
                manifests += _foreign(document, shapes, extensions, as_format)
        except SourceError as error:
            problems += error.diagnostics
    if manifests and problems and all(problem.code == "no-asset" for problem in problems):
        # In a stream of objects some hold no asset; they are told of, and do not stand in the way of the others.
        notes = tuple(problem._replace(severity="note") for problem in problems)
        return [manifests[0].noting(notes), *manifests[1:]]
    if problems:
        raise SourceError(tuple(problems))
    return manifests


def _native(
    document: Document | Located,
    shapes: Mapping[str, Shape],
    extensions: Mapping[str, str] | None,
    beside: Beside,
) -> Manifest:
    manifest = read_native(document, shapes, extensions=extensions)
    if not (document.value.get("spec") or {}).get("evidence"):
        return manifest
    from aims_policy.manifest.evidence.listed import listed

    return listed(manifest, document, shapes, extensions=extensions, beside=beside)


def _foreign(
    document: Document | Located,
    shapes: Mapping[str, Shape],
    extensions: Mapping[str, str] | None,
    as_format: str | None,
) -> list[Manifest]:
    from aims_policy.manifest.foreign import read as foreign

    try:
        module, name = foreign.recognised(document, as_format)
    except SourceError:
        parts, inner = _framed(document) if as_format is None else ([], "")
        if not parts:
            raise
        return _all(parts, shapes, None, inner, Beside())
    if as_format is not None and not module.detect(document):
        parts, inner = _framed(document)
        if parts and inner == name:  # what was named is that of the documents in a list or an answer
            return _all(parts, shapes, None, inner, Beside())
    if as_format is None and (inline := foreign.inline_manifests(document, module)):
        return [_native(one, shapes, extensions, Beside()) for one in inline]
    return foreign.read_foreign(document, shapes, module, name)


def _framed(document: Document | Located) -> tuple[list[Part], str]:
    from aims_policy.manifest.foreign.frames import framed

    return framed(document)


def is_authored(value: Any) -> bool:
    """Whether a document is one of policy authors: a policy, its tests, an appetite, waivers or a workspace."""
    return isinstance(value, dict) and value.get("kind") in AUTHORED


def is_report(value: Any) -> bool:
    """Whether a document is one that this engine itself writes: it lies where it was written, and is no manifest."""
    if type(value) is not dict or value.get("apiVersion") != API_VERSION:
        return False
    kind = value.get("kind")
    return kind in _REPORT_KINDS or (type(kind) is str and kind.startswith("Ledger"))


def is_native(value: Any) -> bool:
    """Whether a document means to be a native manifest, right or wrong."""
    if type(value) is not dict:
        return False
    version = value.get("apiVersion")
    if type(version) is str and version.lower().startswith("aims"):
        return True
    # Of a manifest without apiVersion the rest of the frame tells.
    return version is None and type(value.get("kind")) is str and "metadata" in value and "spec" in value


def _envelope(value: Any, document: Document | Located, shapes: Mapping[str, Shape], walk: Walk) -> str:
    """The kind. Faults of the frame go to the walk; without a kind nothing else can be judged."""
    if type(value) is not dict:
        _refuse(
            document,
            (),
            "wrong-type",
            "a manifest is a mapping with `apiVersion`, `kind`, `metadata` and `spec`",
        )
    version = value.get("apiVersion")
    found: list[Diagnostic] = []
    hint = f"write `apiVersion: {API_VERSION}`"
    if version is None:
        found.append(_at(document, (), "missing-field", "`apiVersion` is missing", hint))
    elif version != API_VERSION:
        found.append(
            _at(document, ("apiVersion",), "wrong-version", f"`apiVersion` is not `{API_VERSION}`", hint)
        )
    kind = value.get("kind")
    if type(kind) is not str or kind not in shapes:
        found.append(_kind_fault(document, kind, shapes))
    if found:
        raise SourceError(tuple(found))
    for name in value:
        if name not in _ENVELOPE:
            walk.faults.append(_stray(name, shapes[str(kind)]))
    return str(kind)


def _kind_fault(document: Document | Located, kind: Any, shapes: Mapping[str, Shape]) -> Diagnostic:
    kinds = ", ".join(f"`{k}`" for k in shapes)
    if kind is None:
        return _at(document, (), "missing-field", "`kind` is missing", f"one of {kinds}")
    if kind in AUTHORED:
        message = f"`{kind}` is no manifest, and a manifest is expected here"
        hint = f"kinds of manifest are {kinds}; what policy authors write, `aims lint` checks"
        return _at(document, ("kind",), "unknown-kind", message, hint)
    likely = nearest(kind, [*shapes, *AUTHORED]) if type(kind) is str else None
    hint = f"did you mean `{likely}`?" if likely else f"one of {kinds}"
    shown = f"`{kind[:60]}`" if type(kind) is str else "this"
    return _at(document, ("kind",), "unknown-kind", f"{shown} is no kind of manifest", hint)


def _stray(name: str, shape: Shape) -> Fault:
    likely = nearest(name, _ENVELOPE)
    hint = (
        f"did you mean `{likely}`?"
        if likely
        else "a manifest has `apiVersion`, `kind`, `metadata` and `spec`"
    )
    if name in shape[2]:
        hint = f"`{name}` belongs under `spec`"
    return Fault("unknown-field", ("", name), f"`{name}` is not a field of a manifest", hint, on_key=True)


def _check_extensions(walk: Walk, spec: dict[str, Any], data: dict[str, Any]) -> None:
    """A list is wrong even where nothing in it says anything, so that no evidence of it is left to look at."""
    if type(spec.get("extensions")) is list or type(data.get("extensions", {})) is not dict:
        walk.faults.append(Fault("wrong-type", ("extensions",), "`extensions` is not a mapping of fields"))


def _check_name(walk: Walk, metadata: dict[str, Any]) -> None:
    if "name" in metadata or any(
        f.steps[:2] == ("metadata", "name") or f.steps == ("metadata",) for f in walk.faults
    ):
        return
    reason = walk.gaps.get(("metadata", "name"))
    if reason:
        walk.faults.append(
            Fault("missing-field", ("metadata", "name"), f"`metadata.name` names nothing: {reason}")
        )
    else:
        hint = "other manifests refer to this asset by its name"
        walk.faults.append(
            Fault("missing-field", ("metadata",), "`metadata.name` is missing", hint, on_key=True)
        )


def _diagnostic(document: Document | Located, fault: Fault) -> Diagnostic:
    steps = fault.steps[1:] if fault.steps[:1] == ("",) else native_source(fault.steps)
    span = document.key_span(steps) if fault.on_key else document.span(steps)
    return at(document, span, fault.code, fault.message, help=fault.help)


def _at(
    document: Document | Located, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> Diagnostic:
    span = document.span(path)
    if not path:  # of a whole document the first line is enough
        span = span._replace(end_line=span.line, end_column=span.column + 1)
    return at(document, span, code, message, help=hint)


def _refuse(
    document: Document | Located, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> NoReturn:
    raise SourceError((_at(document, path, code, message, hint),))


def _markdown(data: bytes, file: str, as_format: str | None, digest: str) -> Located | None:
    """The card, if the bytes are Markdown: by name, by what was asked for, or by front matter with a text below."""
    name = file.lower()
    if as_format == "aims" or name.endswith((".yaml", ".yml", ".json", ".jsonld")):
        return None
    if not name.endswith((".md", ".markdown")) and not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"---"):
        return None
    from aims_policy.manifest.foreign.markdown import read_card

    return read_card(data, file, digest=digest)


__all__ = ["Gap", "Manifest", "Party", "Place", "Reference", "read", "read_data", "read_native", "is_native"]

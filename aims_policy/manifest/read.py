"""Documents to manifests. Native ones are walked against their kind's shape; foreign ones are converted first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aims_policy.manifest.evidence.beside import Beside
from aims_policy.manifest.native.frame import is_native
from aims_policy.manifest.native.read import read_native
from aims_policy.source import SourceError, read_bytes
from aims_policy.source.reading import file_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.evidence.beside import AtHand, Trusted
    from aims_policy.manifest.manifest import Located, Manifest
    from aims_policy.manifest.native.shape import Shape
    from aims_policy.source import Document
    from aims_policy.source.nested import Part


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


def _markdown(data: bytes, file: str, as_format: str | None, digest: str) -> Located | None:
    """The card, if the bytes are Markdown: by name, by what was asked for, or by front matter with a text below."""
    name = file.lower()
    if as_format == "aims" or name.endswith((".yaml", ".yml", ".json", ".jsonld")):
        return None
    if not name.endswith((".md", ".markdown")) and not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"---"):
        return None
    from aims_policy.manifest.foreign.markdown import read_card

    return read_card(data, file, digest=digest)

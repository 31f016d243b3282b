"""What is submitted to be decided: a manifest, with the files of evidence that came beside it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import msgspec

from aims_policy.manifest.evidence.beside import AtHand
from aims_policy.manifest.evidence.files import attach
from aims_policy.manifest.evidence.listed import MOST_FILES
from aims_policy.manifest.foreign.read import format_names
from aims_policy.manifest.read import read_data
from aims_policy.named_tuple import NamedTuple
from aims_policy.server.api.multipart import MEDIA_TYPE as MULTIPART
from aims_policy.server.api.multipart import parts
from aims_policy.server.problems import Problem, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle
    from aims_policy.server.api.multipart import Part

ENVELOPE = "application/vnd.aims.submission+json"
SUFFIXES = {
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "application/vnd.cyclonedx+json": ".json",
    "application/spdx+json": ".json",
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
    "text/x-yaml": ".yaml",
    "text/markdown": ".md",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": "",
    "application/octet-stream": "",
    "": "",
}
"""What a manifest may be sent as, and the suffix that a file of that kind has; "" where the content tells."""

_LONGEST_NAME = 255


class Evidence(NamedTuple):
    """A file beside a manifest, by the name that the manifest lists it under and findings show."""

    name: str
    data: bytes
    asset: str = ""
    as_format: str | None = None


class Asked(NamedTuple):
    """A manifest's bytes and what is asked about it. ``suffix`` and ``as_format`` say how it is to be read."""

    data: bytes
    suffix: str
    environment: str
    as_format: str | None
    evidence: tuple[Evidence, ...] = ()

    @property
    def size(self) -> int:
        """Bytes, the evidence included."""
        return len(self.data) + sum(len(file.data) for file in self.evidence)


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A file of evidence in JSON: ``content`` is its text, or a JSON value; ``asset`` is an id such as model/scorer."""

    file: str
    content: msgspec.Raw
    asset: str = ""
    as_: str | None = msgspec.field(name="as", default=None)


class Submission(msgspec.Struct, forbid_unknown_fields=True):
    """``manifest`` is a JSON object, or the text of a manifest in any format."""

    manifest: msgspec.Raw
    evidence: list[File] = []
    environment: str | None = None
    ref: str | None = None
    as_: str | None = msgspec.field(name="as", default=None)


_DECODE = msgspec.json.Decoder(Submission).decode


def submission(data: bytes) -> Submission:
    """A submission in JSON. Raises Problem."""
    try:
        return _DECODE(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Problem(422, "malformed-submission", f"this cannot be read: {why(error)}") from None


def asked_in(read: Submission, environment: str) -> Asked:
    """What a submission in JSON asks; ``environment`` and its format have been checked. Raises Problem."""
    data, suffix = _content(read.manifest)
    files = tuple(
        Evidence(f.file, _content(f.content)[0], f.asset, checked_format(f.as_)) for f in read.evidence
    )
    return Asked(data, suffix, environment, checked_format(read.as_), _checked(files, suffix))


def enveloped(asked: Asked) -> Asked:
    """What the body of a request asks, where that is a submission in JSON. Raises Problem."""
    read = submission(asked.data)
    if read.environment is not None or read.ref is not None:
        raise Problem(
            422, "malformed-submission", "`environment` and `ref` are of batches; here it is a parameter"
        )
    found = asked_in(read, asked.environment)
    return found if asked.as_format is None else found._replace(as_format=asked.as_format)


def from_parts(asked: Asked, content_type: str) -> Asked:
    """What the body of a request asks, where that is multipart/form-data. Raises Problem."""
    found = parts(content_type, asked.data)
    unknown = [part for part in found if part.name not in ("manifest", "evidence")]
    manifests = [part for part in found if part.name == "manifest"]
    if unknown or len(manifests) != 1:
        hint = "the fields are `manifest`, once, and `evidence`, any number of files with their names"
        raise Problem(422, "wrong-fields", "the form has other fields than are known", help=hint)
    [own] = manifests
    suffix = _suffix(own)
    files = tuple(Evidence(part.filename, part.data) for part in found if part.name == "evidence")
    return asked._replace(data=own.data, suffix=suffix, evidence=_checked(files, suffix))


def read_asked(asked: Asked, bundle: Bundle) -> list[Manifest]:
    """The manifests with the evidence beside them: what they list themselves, then what else was handed over.

    Raises SourceError.
    """
    files = {file.name: AtHand(file.data, "") for file in asked.evidence}
    manifests = read_data(
        asked.data,
        f"manifest{asked.suffix}",
        bundle.shapes,
        extensions=bundle.extensions,
        as_format=asked.as_format,
        folder=files or None,
        keys=bundle.keys,
    )
    listed = {source.file for manifest in manifests for source in manifest.sources}
    for file in asked.evidence:
        if file.name not in listed:
            pieces = read_data(
                file.data, file.name, bundle.shapes, extensions=bundle.extensions, as_format=file.as_format
            )
            manifests = attach(manifests, pieces, file.asset)
    return manifests


def checked_format(name: str | None) -> str | None:
    """A format's name. Raises Problem."""
    if name is None or name in format_names():
        return name
    raise Problem(400, "unknown-format", "there is no such manifest format", help=", ".join(format_names()))


def suffix_of(media: str) -> str:
    """The suffix of a media type. Raises Problem where manifests are not sent as that."""
    if media in SUFFIXES:
        return SUFFIXES[media]
    if media.endswith("+json"):
        return ".json"
    known = ", ".join((*(m for m in SUFFIXES if m), ENVELOPE, MULTIPART))
    raise Problem(415, "wrong-content-type", "a manifest is not sent as this", help=f"known: {known}")


def _content(raw: msgspec.Raw) -> tuple[bytes, str]:
    """The bytes of a file that is JSON text or a JSON value, and the suffix that goes with them."""
    data = bytes(raw)
    try:
        return (msgspec.json.decode(data).encode(), "") if data.startswith(b'"') else (data, ".json")
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Problem(422, "malformed-submission", f"a text cannot be read: {why(error)}") from None


def _suffix(part: Part) -> str:
    """Clients know a file's name better than its type."""
    known = SUFFIXES.get(part.media, "") or (".json" if part.media.endswith("+json") else "")
    named = posixpath.splitext(part.filename.lower())[1]
    return known or (named if named in SUFFIXES.values() else "")


def _checked(files: Sequence[Evidence], suffix: str) -> tuple[Evidence, ...]:
    """The files under names that can stand for them. Raises Problem."""
    if len(files) > MOST_FILES:
        raise Problem(422, "too-many-files", f"the limit is {MOST_FILES} files of evidence")
    named = tuple(file._replace(name=_name(file.name)) for file in files)
    _apart([f"manifest{suffix}", *(file.name for file in named)])
    return named


def _name(given: str) -> str:
    """A relative path in its plainest form: it is compared with what manifests list, and never opened."""
    name = posixpath.normpath(given) if given else ""
    if not name or name.startswith(("/", "..")) or len(given) > _LONGEST_NAME or not given.isprintable():
        hint = "a relative path, as the manifest lists it under `evidence`"
        raise Problem(422, "bad-file-name", "a file of evidence has no name that can stand for it", help=hint)
    return name


def _apart(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Problem(422, "same-file-name", "two files have the same name")
        seen.add(name)

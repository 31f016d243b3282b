"""The files of evidence that a manifest lists under ``spec.evidence``: where they may lie, and what they are."""

from __future__ import annotations

import os
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.diagnostics import Diagnostic, at, reason_of
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.evidence.beside import AtHand, Beside
from aims_policy.manifest.evidence.files import adapted, elsewhere, fits, ids_of, kinds_of
from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.manifest.manifest import Located, Manifest
    from aims_policy.manifest.native.shape import Shape

MOST_FILES = 100


def listed(
    manifest: Manifest,
    document: Located,
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None,
    beside: Beside,
) -> Manifest:
    """A native manifest with the evidence of the files that it lists.

    Raises SourceError with what is wrong with any of the files.
    """
    entries = document.value["spec"]["evidence"]
    files: Any = manifest.data.get("evidence", ())
    if len(files) != len(entries) or any("file" not in entry for entry in files):
        _refuse(document, (), "missing-field", "an entry of `evidence` does not name its file")
    if beside.folder is None:
        hint = "submit it as a file, or hand its evidence over with it"
        _refuse(
            document,
            (),
            "no-folder",
            "evidence beside a manifest that came without a file cannot be read",
            hint,
        )
    if len(files) > MOST_FILES:
        _refuse(document, (), "too-many-files", f"{len(files)} files of evidence; the limit is {MOST_FILES}")
    problems: list[Diagnostic] = []
    found: list[Manifest] = []
    for index, entry in enumerate(files):
        try:
            shown = os.path.normpath(os.path.join(os.path.dirname(manifest.file), entry["file"]))  # noqa: PTH118, PTH120 - hot
            given = _given(shown, entry["file"], beside, document, index)
            _check_digest(given, entry, document, index)
            if _is_signature(given.data, entry):
                found.append(_signature(given, shown, index, manifest, document, shapes, beside))
            else:
                found += _read_listed(given, shown, entry, index, manifest, document, shapes, extensions)
        except SourceError as error:
            problems += error.diagnostics
    if problems:
        raise SourceError(tuple(problems))
    return merged(manifest, found)


def _read_listed(
    given: AtHand,
    shown: str,
    entry: Mapping[str, Any],
    index: int,
    manifest: Manifest,
    document: Located,
    shapes: Mapping[str, Shape],
    extensions: Mapping[str, str] | None,
) -> list[Manifest]:
    data, known_by = given
    as_format = entry.get("format")
    for name in ("artifact", "delivery"):
        if name in entry:
            message = f"`{name}` is said of signatures, and `{entry['file']}` is none"
            _refuse(document, (index, name), "no-signature", message)
    pieces = read_data(data, shown, shapes, extensions=extensions, as_format=as_format, digest=known_by)
    name = entry.get("asset", manifest.name)
    fitting = [p for p in pieces if fits(p, manifest.kind) and (not p.is_named or p.name == name)]
    if not fitting:
        _refuse(document, (index, "file"), "other-asset", *_why_not(pieces, manifest, entry))
    return [adapted(piece, manifest.kind) for piece in fitting]


def _why_not(pieces: Sequence[Manifest], manifest: Manifest, entry: Mapping[str, Any]) -> tuple[str, str]:
    """What a file speaks of instead of the manifest's asset, and what to do."""
    file = entry["file"]
    if not any(fits(piece, manifest.kind) for piece in pieces):
        kinds = f"`{file}` is evidence on {kinds_of(pieces)}, and this is {kinds_of([manifest])}"
        return kinds, elsewhere(pieces)
    named = asset_id(manifest.kind, entry.get("asset", manifest.name))
    hint = "where that is the same asset, say under `asset` what the file calls it"
    return f"`{file}` speaks of {ids_of(pieces)}, and not of {named}", hint


def _is_signature(data: bytes, entry: Mapping[str, Any]) -> bool:
    """Whether a file is to be verified: it says so by its frame, which no other format has."""
    if "format" in entry:
        return bool(entry["format"] == "sigstore-bundle")
    return data.lstrip()[:1] == b"{" and b'"dsseEnvelope"' in data and b'"verificationMaterial"' in data


def _signature(
    given: AtHand,
    shown: str,
    index: int,
    manifest: Manifest,
    document: Located,
    shapes: Mapping[str, Shape],
    beside: Beside,
) -> Manifest:
    from aims_policy.manifest.evidence.beside import signing
    from aims_policy.manifest.evidence.signature import Claim, listed_signature

    entry = manifest.data["evidence"][index]
    deliveries = manifest.data.get("deliveries", ())
    described: Mapping[str, Any] = manifest.data.get("provenance", {})
    if manifest.kind == "Supplier":
        found = [d for d in deliveries if "item" in d and d["item"] == entry.get("delivery")]
        if len(found) != 1:
            hint = "say under `delivery` which item of `deliveries` is signed"
            _refuse(document, (index,), "unknown-delivery", "this signature is of no single delivery", hint)
        [described] = found
    elif manifest.kind not in ("Model", "Dataset") or "delivery" in entry:
        message = "signatures are of models, datasets and deliveries of suppliers"
        _refuse(document, (index,), "other-asset", message)
    artifact = ""
    if "artifact" in entry:
        if not isinstance(beside.folder, str):
            _refuse(
                document, (index, "artifact"), "not-at-hand", "the artifact is not among the files at hand"
            )
        artifact = _inside(entry["artifact"], beside.folder, beside.root, document, index, "artifact")
    digest = described.get("artifact_digest" if manifest.kind == "Model" else "digest", "")
    own = asset_id(manifest.kind, manifest.name)
    claim = Claim(manifest.kind, own, digest.lower(), entry.get("delivery", ""), artifact)
    return listed_signature(given, shown, claim, *signing(beside.keys, own), shapes)


def _check_digest(given: AtHand, entry: Mapping[str, Any], document: Located, index: int) -> None:
    from aims_policy.source.text import digest_of

    digest = given.digest or digest_of(given.data)
    if "digest" in entry and entry["digest"].lower() != digest:
        message = f"`{entry['file']}` is not the file with this digest; its own is {digest}"
        _refuse(document, (index, "digest"), "wrong-digest", message)


def _given(shown: str, file: str, beside: Beside, document: Located, index: int) -> AtHand:
    if isinstance(beside.folder, str):
        path = _inside(file, beside.folder, beside.root, document, index)
        return AtHand(_bytes(path, document, index), "")
    return _at_hand(shown, beside.folder or {}, document, index)


def _inside(
    file: str, folder: str, root: str | None, document: Located, index: int, field: str = "file"
) -> str:
    """The file's real path, if that lies where evidence may lie."""
    if "\0" in file:
        _refuse(document, (index, field), "cannot-read", "a path has no null byte")
    if "://" in file:
        hint = "save it beside the manifest and write its path from there"
        _refuse(document, (index, field), "cannot-read", "this is an address, and nothing is fetched", hint)
    real = os.path.realpath(os.path.join(folder, file))  # noqa: PTH118 - hot
    allowed = [os.path.realpath(folder)]
    if root is not None and _below(allowed[0], os.path.realpath(root)):
        allowed.append(os.path.realpath(root))
    if os.path.isabs(file) or not any(_below(real, place) for place in allowed):  # noqa: PTH117 - hot
        message = f"`{file}` lies outside the manifest's folder and outside the workspace"
        _refuse(document, (index, field), "outside-workspace", message, _OUTSIDE)
    return real


_OUTSIDE = (
    "keep it below the folder with `aims.yaml`, where there is none below the folder that you run from; "
    "or hand it over with `--evidence`"
)


def _at_hand(shown: str, files: Mapping[str, AtHand], document: Located, index: int) -> AtHand:
    if shown not in files:
        _refuse(document, (index, "file"), "not-at-hand", f"`{shown}` is not among the files at hand")
    return files[shown]


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _bytes(path: str, document: Located, index: int) -> bytes:
    from aims_policy.source import MAX_BYTES

    try:
        with open(path, "rb", opener=_open) as stream:
            if not S_ISREG(os.fstat(stream.fileno()).st_mode):
                _refuse(document, (index, "file"), "cannot-read", "this is not a regular file")
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        message = f"cannot read this file of evidence: {reason_of(error)}"
        return _refuse(document, (index, "file"), "cannot-read", message)


def _open(path: str, flags: int) -> int:
    """Neither waiting for a pipe's other end nor following a link that was put there since the path was checked."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _refuse(document: Located, below: tuple[Any, ...], code: str, message: str, hint: str = "") -> NoReturn:
    span = document.span(("spec", "evidence", *below))
    raise SourceError((at(document, span, code, message, help=hint),))

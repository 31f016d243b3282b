"""Evidence from other files: those that a manifest lists under ``spec.evidence``, and those that a caller hands over.

Which file speaks of which asset is settled here, strictly: a report that names another asset is refused, for
taking it would let one model pass with another one's results.
"""

from __future__ import annotations

import os
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.merge import Merged, merged
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError
from aims_policy.source.strength import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from aims_policy.manifest.manifest import Located, Manifest
    from aims_policy.manifest.shape import Shape

MOST_FILES = 100


class AtHand(NamedTuple):
    """A file's bytes, and the digest that it is known by, where values were masked in the bytes."""

    data: bytes
    digest: str


class Given(NamedTuple):
    """A file that a caller hands over as evidence; ``asset`` is the id it is for (``model/scorer``), "" if it tells."""

    file: str
    asset: str = ""


def attach(manifests: Sequence[Manifest], evidence: Sequence[Manifest], asset: str = "") -> list[Manifest]:
    """The manifests with evidence that was handed over, each piece merged into the manifest that it speaks of.

    ``asset`` is the id of the manifest that it is for, whatever name it uses itself. Raises SourceError where a
    file speaks of no manifest here, or may speak of several.
    """
    found: dict[int, list[Manifest]] = {}
    for file in dict.fromkeys(piece.file for piece in evidence):
        pieces = [piece for piece in evidence if piece.file == file]
        homes = [(_home(piece, manifests, asset), piece) for piece in pieces]
        taken = sum(home is not None for home, _ in homes)
        if not taken or (asset and taken > 1):
            _refuse_all(pieces, manifests, asset)
        for home, piece in homes:
            if home is not None:
                found.setdefault(home, []).append(adapted(piece, manifests[home].kind))
    return [merged(manifest, found.get(index, ())) for index, manifest in enumerate(manifests)]


def attach_files(
    manifests: Sequence[Manifest],
    files: Iterable[Given],
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None = None,
) -> list[Manifest]:
    """As `attach`, of files. Raises SourceError also where one cannot be read."""
    result = list(manifests)
    for given in files:
        result = attach(result, read(given.file, shapes, extensions=extensions), given.asset)
    return result


def listed(
    manifest: Manifest,
    document: Located,
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None,
    folder: str | Mapping[str, AtHand] | None,
    root: str | None,
) -> Manifest:
    """A native manifest with the evidence of the files that it lists.

    ``folder`` is where the manifest lies, or the files themselves by the names that findings give them, and None
    where it came without a file; ``root`` may hold evidence too if the manifest lies in it. Raises SourceError with
    what is wrong with any of the files.
    """
    entries = document.value["spec"]["evidence"]
    files: Any = manifest.data.get("evidence", ())
    if len(files) != len(entries) or any("file" not in entry for entry in files):
        _refuse(document, (), "missing-field", "an entry of `evidence` does not name its file")
    if folder is None:
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
            if isinstance(folder, str):
                path = _inside(entry["file"], folder, root, document, index)
                given = AtHand(_bytes(path, document, index), "")
            else:
                given = _at_hand(shown, folder, document, index)
            found += _read_listed(given, shown, entry, index, manifest, document, shapes, extensions)
        except SourceError as error:
            problems += error.diagnostics
    if problems:
        raise SourceError(tuple(problems))
    return merged(manifest, found)


def attached_again(
    manifest: Manifest, files: Sequence[str], read_again: Callable[[str], Sequence[Manifest]]
) -> Manifest:
    """The manifest with evidence that was handed over once before.

    ``files`` are those that it was merged from, in that order: those that it lists, which it has again already,
    then those handed over, each as often as it holds pieces on the asset. Raises SourceError where they do not come to
    the same as they did.
    """
    again, had = list(files), [source.file for source in manifest.sources]
    while had == again[: len(had)] and len(had) < len(again):
        file = again[len(had)]
        pieces = read_again(file)
        try:
            [manifest] = attach([manifest], pieces)
        except SourceError:  # it was said then which asset it is for
            [manifest] = attach([manifest], pieces, _id(manifest))
        had = [source.file for source in manifest.sources]
    if had != again:
        message = f"{_id(manifest)} was decided with evidence from {', '.join(again) or 'no other file'}"
        hint = f"read again it has evidence from {', '.join(had) or 'no other file'}"
        raise SourceError((Diagnostic("other-evidence", message, manifest.file, 1, 1, help=hint),))
    return manifest


def standalone(manifests: Sequence[Manifest]) -> list[Manifest]:
    """The manifests but for those that others take their evidence from: a report in the folder is no asset."""
    taken = {os.path.realpath(source.file) for manifest in manifests for source in manifest.sources}
    return [m for m in manifests if m.sources or not taken or os.path.realpath(m.file) not in taken]


def alone(manifest: Manifest, folder: str) -> Manifest:
    """What the manifest itself says, with its list of files of evidence written as from a folder ("": the current)."""
    if not isinstance(manifest, Merged):
        return manifest
    own, before = manifest.parts[0], os.path.dirname(manifest.file)  # noqa: PTH120 - hot
    files = tuple(
        {**entry, "file": os.path.relpath(os.path.join(before, entry["file"]), folder or os.curdir)}  # noqa: PTH118 - hot
        for entry in own.data.get("evidence", ())
    )
    return own.with_data({**own.data, "evidence": files}) if files else own


def adapted(piece: Manifest, kind: str) -> Manifest:
    """A tool's report as evidence on a whole system: of what it says the part that a system has, too."""
    if piece.kind == kind:
        return piece
    data = {name: value for name, value in piece.data.items() if name in _OF_SYSTEMS}
    return piece.with_data({**data, "metadata": {"name": piece.name}, "kind": kind})


_OF_SYSTEMS = frozenset(["evaluation", "fairness", "robustness", "monitoring"])
"""Sections that Model and AISystem share, field by field."""


def _fits(piece: Manifest, kind: str) -> bool:
    return piece.kind == kind or (piece.kind == "Model" and kind == "AISystem" and piece.strength == TOOL)


def _home(piece: Manifest, manifests: Sequence[Manifest], asset: str) -> int | None:
    """Which manifest a piece speaks of; None where none, or more than one."""
    if asset:
        homes = [i for i, m in enumerate(manifests) if _id(m) == asset and _fits(piece, m.kind)]
    else:
        homes = [
            i for i, m in enumerate(manifests)
            if piece.kind == m.kind and (not piece.is_named or piece.name == m.name)
        ]  # fmt: skip
        if not homes and not piece.is_named:
            homes = [i for i, m in enumerate(manifests) if _fits(piece, m.kind)]
    return homes[0] if len(homes) == 1 else None


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
    from aims_policy.source.text import digest_of

    data, known_by = given
    digest = known_by or digest_of(data)
    if "digest" in entry and entry["digest"].lower() != digest:
        message = f"`{entry['file']}` is not the file with this digest; its own is {digest}"
        _refuse(document, (index, "digest"), "wrong-digest", message)
    as_format = entry.get("format")
    pieces = read_data(data, shown, shapes, extensions=extensions, as_format=as_format, digest=known_by)
    name = entry.get("asset", manifest.name)
    fitting = [p for p in pieces if _fits(p, manifest.kind) and (not p.is_named or p.name == name)]
    if not fitting:
        message = f"`{entry['file']}` speaks of {_ids(pieces)}, and not of {asset_id(manifest.kind, name)}"
        hint = "where that is the same asset, say under `asset` what the file calls it"
        _refuse(document, (index, "file"), "other-asset", message, hint)
    return [adapted(piece, manifest.kind) for piece in fitting]


def _inside(file: str, folder: str, root: str | None, document: Located, index: int) -> str:
    """The file's real path, if that lies where evidence may lie."""
    if "\0" in file:
        _refuse(document, (index, "file"), "cannot-read", "a path has no null byte")
    if "://" in file:
        hint = "save it beside the manifest and write its path from there"
        _refuse(document, (index, "file"), "cannot-read", "this is an address, and nothing is fetched", hint)
    real = os.path.realpath(os.path.join(folder, file))  # noqa: PTH118 - hot
    allowed = [os.path.realpath(folder)]
    if root is not None and _below(allowed[0], os.path.realpath(root)):
        allowed.append(os.path.realpath(root))
    if os.path.isabs(file) or not any(_below(real, place) for place in allowed):  # noqa: PTH117 - hot
        hint = "copy it beside the manifest and write its path from there"
        _refuse(document, (index, "file"), "outside-workspace", f"`{file}` lies outside the workspace", hint)
    return real


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
        reason = ((isinstance(error, OSError) and error.strerror) or str(error)).lower()
        message = f"cannot read this file of evidence: {reason}"
        return _refuse(document, (index, "file"), "cannot-read", message)


def _open(path: str, flags: int) -> int:
    """Neither waiting for a pipe's other end nor following a link that was put there since the path was checked."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _refuse_all(pieces: Sequence[Manifest], manifests: Sequence[Manifest], asset: str) -> NoReturn:
    here = _ids(manifests) if manifests else "nothing"
    if asset and asset not in {_id(m) for m in manifests}:
        message, hint = (
            f"this is given as evidence on `{asset}`, which is not decided here",
            f"decided are {here}",
        )
    elif pieces[0].is_named or asset:
        message = f"this speaks of {_ids(pieces)}, and of none of what is decided here: {here}"
        hint = f"where that is the same asset, write `{_example(manifests)}={pieces[0].file}`"
    else:
        message = f"this does not say which asset it speaks of, and it could be any of {here}"
        hint = f"say which: `{_example(manifests)}={pieces[0].file}`"
    raise SourceError((Diagnostic("other-asset", message, pieces[0].file, 1, 1, help=hint),))


def _example(manifests: Sequence[Manifest]) -> str:
    return _id(manifests[0]) if manifests else "model/name"


def _ids(manifests: Iterable[Manifest]) -> str:
    ids = list(dict.fromkeys(map(_id, manifests)))
    return ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")


def _id(manifest: Manifest) -> str:
    return asset_id(manifest.kind, manifest.name)


def _refuse(document: Located, below: tuple[Any, ...], code: str, message: str, hint: str = "") -> NoReturn:
    span = document.span(("spec", "evidence", *below))
    raise SourceError((at(document, span, code, message, help=hint),))

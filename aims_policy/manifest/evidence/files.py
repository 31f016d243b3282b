"""Evidence from other files that a caller hands over; those that a manifest lists itself are read in `listed`.

Which file speaks of which asset is settled here, strictly: a report that names another asset is refused, for
taking it would let one model pass with another one's results.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.evidence.merge import Merged, merged
from aims_policy.manifest.read import read
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError
from aims_policy.source.strength import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.manifest.native.shape import Shape


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
    """What the manifest itself says, with its list of files of evidence written as from a folder ("": the current).

    Files that were handed over are listed with the others.
    """
    if not isinstance(manifest, Merged):
        return manifest
    own, before = manifest.parts[0], os.path.dirname(manifest.file)  # noqa: PTH120 - hot

    def seen(path: str) -> str:
        return os.path.relpath(path, folder or os.curdir)

    listed = [
        {n: seen(os.path.join(before, v)) if n in ("file", "artifact") else v for n, v in entry.items()}  # noqa: PTH118 - hot
        for entry in own.data.get("evidence", ())
    ]
    known = {entry["file"] for entry in listed}
    for part in manifest.parts[1:]:
        if seen(part.file) not in known:
            called = {"asset": part.name} if part.is_named and part.name != own.name else {}
            listed.append({"file": seen(part.file), **called})
            known.add(seen(part.file))
    return own.with_data({**own.data, "evidence": tuple(listed)}) if listed else own


def adapted(piece: Manifest, kind: str) -> Manifest:
    """A tool's report as evidence on a whole system: of what it says the part that a system has, too."""
    if piece.kind == kind:
        return piece
    data = {name: value for name, value in piece.data.items() if name in _OF_SYSTEMS}
    return piece.with_data({**data, "metadata": {"name": piece.name}, "kind": kind})


_OF_SYSTEMS = frozenset(["evaluation", "fairness", "robustness", "monitoring"])
"""Sections that Model and AISystem share, field by field."""


def fits(piece: Manifest, kind: str) -> bool:
    """Whether a piece can be evidence on an asset of that kind."""
    return piece.kind == kind or (piece.kind == "Model" and kind == "AISystem" and piece.strength == TOOL)


def _home(piece: Manifest, manifests: Sequence[Manifest], asset: str) -> int | None:
    """Which manifest a piece speaks of; None where none, or more than one."""
    if asset:
        homes = [i for i, m in enumerate(manifests) if _id(m) == asset and fits(piece, m.kind)]
    else:
        homes = [
            i for i, m in enumerate(manifests)
            if piece.kind == m.kind and (not piece.is_named or piece.name == m.name)
        ]  # fmt: skip
        if not homes and not piece.is_named:
            homes = [i for i, m in enumerate(manifests) if fits(piece, m.kind)]
    return homes[0] if len(homes) == 1 else None


def _refuse_all(pieces: Sequence[Manifest], manifests: Sequence[Manifest], asset: str) -> NoReturn:
    here = ids_of(manifests) if manifests else "nothing"
    if asset and asset not in {_id(m) for m in manifests}:
        message, hint = (
            f"this is given as evidence on `{asset}`, which is not decided here",
            f"decided are {here}",
        )
    elif not any(fits(piece, manifest.kind) for piece in pieces for manifest in manifests):
        message = f"this is evidence on {kinds_of(pieces)}, and none is decided here: {here}"
        hint = elsewhere(pieces)
    elif pieces[0].is_named or asset:
        message = f"this speaks of {ids_of(pieces)}, and of none of what is decided here: {here}"
        hint = f"where that is the same asset, write `{_example(manifests)}={pieces[0].file}`"
    else:
        message = f"this does not say which asset it speaks of, and it could be any of {here}"
        hint = f"say which: `{_example(manifests)}={pieces[0].file}`"
    raise SourceError((Diagnostic("other-asset", message, pieces[0].file, 1, 1, help=hint),))


def _example(manifests: Sequence[Manifest]) -> str:
    return _id(manifests[0]) if manifests else "model/name"


def kinds_of(pieces: Iterable[Manifest]) -> str:
    """What pieces speak of, in words: ``a Model``, ``an AISystem and a Dataset``."""
    kinds = dict.fromkeys(piece.kind for piece in pieces)
    return " and ".join(f"{'an' if kind[0] in 'AO' else 'a'} {kind}" for kind in kinds)


def elsewhere(pieces: Sequence[Manifest]) -> str:
    """What to do with evidence on another kind: no name makes it fit here."""
    return (
        f"list it under `spec.evidence` of its {pieces[0].kind}'s manifest, or decide that manifest with it"
    )


def ids_of(manifests: Iterable[Manifest]) -> str:
    """The assets that manifests are of, in words."""
    ids = list(dict.fromkeys(map(_id, manifests)))
    return ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")


def _id(manifest: Manifest) -> str:
    return asset_id(manifest.kind, manifest.name)

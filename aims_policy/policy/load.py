"""Loading a bundle: from the cache where nothing has changed, else read, checked and compiled anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy import cache as on_disk
from aims_policy.policy.fingerprint import engine_fingerprint, file_digest
from aims_policy.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.policy.bundle import Bundle

PathLike = str | os.PathLike[str]


def load_bundle(
    *,
    workspace: PathLike | None = None,
    policies: Sequence[PathLike] | None = None,
    appetite: PathLike | None = None,
    waivers: Sequence[PathLike] = (),
    cache: bool = True,
) -> Bundle:
    """The bundle of a workspace, or of policies, appetite and waivers named one by one.

    Without a workspace and policies, the nearest ``aims.yaml`` in the current folder and its parents is
    used; where there is none, the shipped pack with the default appetite. Named policies, appetite and
    waivers take the place of the workspace's own. ``cache=False`` neither reads nor writes the user's cache.

    Raises PolicyError with every diagnostic where a policy, appetite, waiver file or workspace is wrong.
    """
    request = Request(
        workspace=os.fspath(workspace) if workspace is not None else None,
        policies=tuple(os.fspath(p) for p in policies or ()),
        appetite=os.fspath(appetite) if appetite is not None else None,
        waivers=tuple(os.fspath(w) for w in waivers),
    )
    if not cache:
        return _build(request)[0]
    return _cached(request)


def _cached(request: Request) -> Bundle:
    engine = engine_fingerprint(aims_policy.__version__)
    key = on_disk.key_of((engine, os.getcwd(), repr(tuple(request))))
    entry = on_disk.load(key, on_disk.BUNDLE)
    if entry is not None and _unchanged(entry[0]):
        from aims_policy.policy.stored import from_plain

        return from_plain(entry[1])
    bundle, inputs, plain = _build(request)
    on_disk.store(key, on_disk.BUNDLE, (inputs, plain))
    return bundle


def _build(request: Request) -> tuple[Bundle, Any, Any]:
    from aims_policy.policy.build import build

    return build(request)


def _unchanged(inputs: Any) -> bool:
    """Whether the files that a bundle was made from are the same, and no others have come."""
    files, listings, absent = inputs
    if any(os.path.exists(path) for path in absent):
        return False
    if any(_listing(folder) != names for folder, names in listings):
        return False
    return all(file_digest(path) == digest for path, digest in files)


def _listing(folder: str) -> tuple[str, ...]:
    """Names in a folder and below, as seen when the bundle was built (hidden ones left out)."""
    from aims_policy.policy.listing import names_below

    return names_below(folder)

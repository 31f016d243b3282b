"""Loading a bundle: from the cache where nothing has changed, else read, checked and compiled anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import aims_policy
from aims_policy import cache as on_disk
from aims_policy.policy.fingerprint import Inputs, engine_fingerprint, unchanged
from aims_policy.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.policy.building.build import Built
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
        return _build(request).bundle
    return _cached(request)


def _cached(request: Request) -> Bundle:
    engine = engine_fingerprint(aims_policy.__version__)
    key = on_disk.key_of((engine, os.getcwd(), repr(tuple(request))))
    entry = on_disk.load(key, on_disk.BUNDLE)
    if entry is not None and unchanged(Inputs(*entry[0])):
        from aims_policy.policy.stored import Plain, from_plain

        return from_plain(Plain(*entry[1]))
    built = _build(request)
    # As plain tuples, which is what marshal knows.
    on_disk.store(key, on_disk.BUNDLE, (tuple(built.inputs), tuple(built.plain)))
    return built.bundle


def _build(request: Request) -> Built:
    from aims_policy.policy.building.build import build

    return build(request)

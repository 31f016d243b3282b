"""What lies beside a manifest: where the files of evidence that it lists are, and the keys that are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.asset_ids import is_meant
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class AtHand(NamedTuple):
    """A file's bytes, and the digest that it is known by, where values were masked in the bytes."""

    data: bytes
    digest: str


class Key(NamedTuple):
    """A file with a key or certificate that is trusted, and the ids of the assets that it may sign: patterns in which
    ``*`` stands for any characters, all where there is none."""

    file: str
    assets: tuple[str, ...] = ()

    def may_sign(self, asset: str) -> bool:
        """Whether its signature of the asset (``model/scorer``; for a delivery its supplier) counts."""
        return not self.assets or is_meant(asset, self.assets)


Trusted = str | Key
"""A key, or the path of one that may sign anything."""


def as_key(trusted: Trusted) -> Key:
    return trusted if isinstance(trusted, Key) else Key(trusted)


def signing(keys: Iterable[Trusted], asset: str) -> tuple[list[str], list[str]]:
    """The files of those keys that may sign the asset, and of the others."""
    found: tuple[list[str], list[str]] = ([], [])
    for key in map(as_key, keys):
        found[0 if key.may_sign(asset) else 1].append(key.file)
    return found


class Beside(NamedTuple):
    """``folder`` is where a manifest lies, or the files themselves by the names that findings give them, and None where
    it came without a file; ``root`` may hold evidence too if the manifest lies in it. ``keys`` are the keys
    and certificates that signatures are verified against: those of the workspace, never any that a manifest names.
    """

    folder: str | Mapping[str, AtHand] | None = None
    root: str | None = None
    keys: Sequence[Trusted] = ()

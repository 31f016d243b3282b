"""What lies beside a manifest: where the files of evidence that it lists are, and the keys that are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class AtHand(NamedTuple):
    """A file's bytes, and the digest that it is known by, where values were masked in the bytes."""

    data: bytes
    digest: str


class Beside(NamedTuple):
    """``folder`` is where a manifest lies, or the files themselves by the names that findings give them, and None where
    it came without a file; ``root`` may hold evidence too if the manifest lies in it. ``keys`` are files with the keys
    and certificates that signatures are verified against: those of the workspace, never any that a manifest names.
    """

    folder: str | Mapping[str, AtHand] | None = None
    root: str | None = None
    keys: Sequence[str] = ()

"""Has anything changed that a bundle and its inventory were read from? Told by the files' metadata, read quickly."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.policy.bundle import Bundle

Signature = tuple[tuple[str, int, int, int], ...]


def signature(bundle: Bundle, besides: Iterable[str] = ()) -> Signature:
    """Of the bundle's files, its inventory, other files named, and the names in the folders they stand in.

    Another signature means that something was written, came or went. Links are followed, so that a mounted
    volume whose link is swapped counts as changed.
    """
    files = {os.path.abspath(f) for f in (*bundle.files, *bundle.inventory, *besides)}
    folders = {os.path.dirname(f) for f in files}
    if bundle.root:
        folders.add(os.path.abspath(bundle.root))
    return (*(_file(path) for path in sorted(files)), *(_folder(path) for path in sorted(folders)))


def _file(path: str) -> tuple[str, int, int, int]:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return path, -1, -1, -1
    return path, found.st_mtime_ns, found.st_size, found.st_ino


def _folder(path: str) -> tuple[str, int, int, int]:
    """By its names and not by its time: what is written beside a file and put in its place is no change of names."""
    try:
        names = sorted(n for n in os.listdir(path) if not n.endswith(".tmp"))
    except (OSError, ValueError):
        return path, -1, -1, -1
    return path, len(names), crc32("\0".join(names).encode("utf-8", "surrogateescape")), 0

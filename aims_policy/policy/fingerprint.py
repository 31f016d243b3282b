"""Whether a bundle that was compiled before is the one that would be compiled now.

It is while every file that it was made from is the same, the same files are there, and the engine and the Python
version are the same.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.listing import names_below

if TYPE_CHECKING:
    from collections.abc import Iterable


class Inputs(NamedTuple):
    """What a bundle was made from: files with their digests, folders with the names below, and what stood where others
    would have been taken instead.
    """

    files: tuple[tuple[str, str], ...]
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    preferred: tuple[tuple[str, str], ...]


def taken(files: Iterable[str], folders: Iterable[str], preferred: Iterable[str]) -> Inputs:
    """The inputs as they are now. ``preferred`` are paths that would be used if they were there, or were files."""
    return Inputs(
        tuple((file, file_digest(file)) for file in files),
        tuple((folder, names_below(folder)) for folder in folders),
        tuple((path, _standing(path)) for path in preferred),
    )


def unchanged(inputs: Inputs) -> bool:
    """Whether the files are the same, and no others have come."""
    if any(_standing(path) != stood for path, stood in inputs.preferred):
        return False
    if any(names_below(folder) != names for folder, names in inputs.folders):
        return False
    return all(file_digest(file) == digest for file, digest in inputs.files)


def _standing(path: str) -> str:
    """What is there: a folder, a file, something else, or nothing."""
    if os.path.isfile(path):
        return "file"
    if os.path.isdir(path):
        return "folder"
    return "other" if os.path.lexists(path) else ""


ROOMS = (
    *("", "source", "catalog", "catalog/data"),
    *("language", "language/builtins", "language/emission"),
    *("manifest", "manifest/evidence", "manifest/models", "manifest/native"),
    *("policy", "policy/building", "policy/documents"),
)
"""What decides how policies become a bundle."""


def engine_fingerprint(version: str) -> str:
    """Changes with the engine's version, its own source files, and the Python that compiled them."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = [version, sys.version, sys.implementation.cache_tag or ""]
    for room in ROOMS:
        try:
            with os.scandir(f"{package}/{room}") as entries:
                stats = sorted(
                    (e.name, s.st_mtime_ns, s.st_size) for e in entries if e.is_file() for s in (e.stat(),)
                )
        except OSError:
            stats = []
        parts.append(f"{room}{stats}")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def file_digest(path: str) -> str:
    """Of a file's bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except OSError:
        return ""

"""Whether a bundle that was compiled before is the one that would be compiled now.

It is while every file that it was made from is the same, the same files are there, and the engine and the Python
version are the same.
"""

from __future__ import annotations

import hashlib
import os
import sys

_ROOMS = (
    *("language", "language/builtins", "language/emission"),
    *("manifest", "manifest/models", "policy", "catalog/data"),
)
"""What decides how policies become a bundle."""


def engine_fingerprint(version: str) -> str:
    """Changes with the engine's version, its own source files, and the Python that compiled them."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = [version, sys.version, sys.implementation.cache_tag or ""]
    for room in _ROOMS:
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

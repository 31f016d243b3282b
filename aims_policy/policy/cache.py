"""Compiled bundles on disk, private to the user: a bundle that is unchanged loads without its compiler.

A cached bundle holds code, so it is trusted only where nobody else can have written it: a folder and a file
that belong to this user and that no other user may write. Anything else, and anything that does not read
back, is ignored and rebuilt. An entry is found by what was asked for and is valid while every file that it
was made from is the same, the same files are there, and the engine and the Python version are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODE_OTHERS_WRITE = 0o022
_ROOMS = (
    *("language", "language/builtins", "language/emission"),
    *("manifest", "manifest/models", "policy", "catalog/data"),
)
"""What decides how policies become a bundle."""


def folder() -> str:
    """The cache folder: ``$AIMS_CACHE_DIR``, else ``aims_policy`` under the user's cache directory."""
    chosen = os.environ.get("AIMS_CACHE_DIR")
    if chosen:
        return chosen
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return f"{base}/aims_policy"


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


def load(key: str) -> Any:
    """The plain data stored under a key, or None."""
    directory = folder()
    path = f"{directory}/{key}.bundle"
    try:
        if not _private(directory) or not _private(path):
            return None
        with open(path, "rb") as stream:
            seal, body = stream.read(32), stream.read()
        if hashlib.sha256(body).digest() != seal:
            return None
        return marshal.loads(body)  # noqa: S302 - private to the user, sealed, see above
    except (OSError, ValueError, EOFError, TypeError):
        return None


def store(key: str, plain: Any) -> None:
    """Keep plain data under a key. A cache that cannot be written is no error: the next run compiles again."""
    directory = folder()
    temporary = f"{directory}/.{key}.{os.getpid()}.tmp"
    body = marshal.dumps(plain)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        if not _private(directory):
            return
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(body).digest() + body)
        os.replace(temporary, f"{directory}/{key}.bundle")
        _prune(directory)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def key_of(parts: Iterable[str]) -> str:
    """A file name for what was asked for."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def _private(path: str) -> bool:
    status = os.stat(path)
    mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return mine and not status.st_mode & _MODE_OTHERS_WRITE


def _prune(directory: str, keep: int = 64) -> None:
    """Workspaces come and go (a CI clone has a new path each time): only the latest entries stay."""
    with os.scandir(directory) as entries:
        found = [(e.stat().st_mtime_ns, e.path) for e in entries if e.name.endswith(".bundle")]
    for _, old in sorted(found, reverse=True)[keep:]:
        os.unlink(old)

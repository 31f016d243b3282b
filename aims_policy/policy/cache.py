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
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODE_OTHERS_WRITE = 0o022


def folder() -> Path:
    """The cache folder: ``$AIMS_CACHE_DIR``, else ``aims_policy`` under the user's cache directory."""
    chosen = os.environ.get("AIMS_CACHE_DIR")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118 - hot
    return Path(base) / "aims_policy"


def engine_fingerprint(version: str) -> str:
    """Changes with the engine's version, its own source files, and the Python that compiled them."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - hot
    parts = [version, sys.version, sys.implementation.cache_tag or ""]
    for room in ("language", "language/builtins", "manifest", "manifest/models", "policy", "catalog/data"):
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
        with open(path, "rb") as stream:  # noqa: PTH123 - hot
            return hashlib.sha256(stream.read()).hexdigest()
    except OSError:
        return ""


def load(key: str) -> Any:
    """The plain data stored under a key, or None."""
    path = folder() / f"{key}.bundle"
    try:
        if not _private(path.parent) or not _private(path):
            return None
        data = path.read_bytes()
        seal, body = data[:32], data[32:]
        if hashlib.sha256(body).digest() != seal:
            return None
        return marshal.loads(body)  # noqa: S302 - private to the user, sealed, see above
    except (OSError, ValueError, EOFError, TypeError):
        return None


def store(key: str, plain: Any) -> None:
    """Keep plain data under a key. A cache that cannot be written is no error: the next run compiles again."""
    path = folder() / f"{key}.bundle"
    body = marshal.dumps(plain)
    temporary = path.with_name(f".{key}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _private(path.parent):
            return
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(body).digest() + body)
        temporary.replace(path)
        _prune(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def key_of(parts: Iterable[str]) -> str:
    """A file name for what was asked for."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def _private(path: Path) -> bool:
    status = path.stat()
    mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return mine and not status.st_mode & _MODE_OTHERS_WRITE


def _prune(directory: Path, keep: int = 64) -> None:
    """Workspaces come and go (a CI clone has a new path each time): only the latest entries stay."""
    entries = sorted(directory.glob("*.bundle"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for old in entries[keep:]:
        old.unlink(missing_ok=True)

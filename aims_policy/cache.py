"""What was made before, on disk, private to the user: compiled bundles, and which signatures hold.

A cached bundle holds code, and of a signature that it holds, so both are trusted only where nobody else can have
written them: a folder and a file that belong to this user and that no other user may write. Anything else, and
anything that does not read back, is ignored and made again. An entry is found by what it was made from.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

BUNDLE, SIGNATURE = "bundle", "signature"
_KEPT = {BUNDLE: 64, SIGNATURE: 1024}
"""So many entries of a kind stay."""
_MODE_OTHERS_WRITE = 0o022


def folder() -> str:
    """The cache folder: ``$AIMS_CACHE_DIR``, else ``aims_policy`` under the user's cache directory."""
    chosen = os.environ.get("AIMS_CACHE_DIR")
    if chosen:
        return chosen
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return f"{base}/aims_policy"


def load(key: str, kind: str) -> Any:
    """The plain data stored under a key, or None."""
    directory = folder()
    path = f"{directory}/{key}.{kind}"
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


def store(key: str, kind: str, plain: Any) -> None:
    """Keep plain data under a key. A cache that cannot be written is no error: the next run makes it again."""
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
        os.replace(temporary, f"{directory}/{key}.{kind}")
        _prune(directory, kind)
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


def _prune(directory: str, kind: str) -> None:
    """Workspaces come and go (a CI clone has a new path each time): only the latest entries stay."""
    with os.scandir(directory) as entries:
        found = [(e.stat().st_mtime_ns, e.path) for e in entries if e.name.endswith(f".{kind}")]
    for _, old in sorted(found, reverse=True)[_KEPT[kind] :]:
        os.unlink(old)

"""Noticing that files have changed: policies, appetite, waivers, inventory, certificates, tokens.

Files are looked at, not subscribed to: it works on every file system, and with the swapped links of Kubernetes.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aims_policy.policy.listing import names_below

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.policy.bundle import Bundle
    from aims_policy.server.settings import Settings

Signature = tuple[tuple[str, int, int, int], ...]


class Watched(NamedTuple):
    """Files, and folders in which every policy or manifest counts."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def named(settings: Settings) -> Watched:
    """What the caller named: the whole folder of a workspace, since any file in it may become a part of it."""
    given = [Path(p) for p in (*settings.policies, settings.appetite or "") if p]
    folders = [p for p in given if p.is_dir()]
    files = [p for p in given if p.is_file()]
    if settings.workspace is not None:
        own = Path(settings.workspace)
        folders.append(own if own.is_dir() else own.absolute().parent)
    return Watched(tuple(map(str, files)), tuple(map(str, folders)))


def besides(bundle: Bundle, settings: Settings) -> Watched:
    """What a bundle was made from that lies elsewhere, such as the shipped pack."""
    folders = named(settings).folders
    files = (*bundle.files, *bundle.inventory)
    return Watched(tuple(f for f in files if not any(_is_below(f, folder) for folder in folders)))


def signature(what: Watched) -> Signature:
    """Changes when a file changes, comes or goes. Two reads of the same state give the same."""
    files = [f"{folder}{os.sep}{name}" for folder in what.folders for name in names_below(folder)]
    return tuple(_state(file) for file in (*what.files, *files))


def _state(file: str) -> tuple[str, int, int, int]:
    try:
        found = Path(file).stat()
    except OSError:
        return file, 0, 0, 0
    return file, found.st_mtime_ns, found.st_size, found.st_ino


def _is_below(file: str, root: str) -> bool:
    return Path(file).absolute().is_relative_to(Path(root).absolute())


class Changes:
    """Tells of a change once the files have stayed as they are between two looks: nobody is writing them just now."""

    def __init__(self, what: Callable[[], Watched]) -> None:
        self._what = what
        self._seen = self._accepted = signature(what())

    async def settled(self) -> bool:
        """Whether there is something new that has come to rest."""
        found = await asyncio.to_thread(signature, self._what())
        at_rest, self._seen = found == self._seen, found
        return at_rest and found != self._accepted

    def accept(self) -> None:
        """What was seen last is known; a change that has come meanwhile still is one."""
        self._accepted = self._seen

    def restart(self) -> None:
        """Other files are watched from now on."""
        self._seen = self._accepted = signature(self._what())

"""Noticing that files have changed: policies, appetite, waivers, inventory, evidence, certificates, tokens.

Files are looked at, not subscribed to: it works on every file system, and with the swapped links of Kubernetes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.listing import SUFFIXES, names_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aims_policy.policy.bundle import Bundle

State = tuple[int, int, int]
"""When a file was written, its size, and which file it is; of one that is not there all are -1."""

_SUFFIXES = (*SUFFIXES, ".xml")
"""Of files in folders. Reports of other suffixes are named by who read them: logs grow, and never come to rest."""


class Watched(NamedTuple):
    """Files, and folders in which every file that may be a policy, a manifest or a report counts."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def named(workspace: str | None, policies: Sequence[str] = (), appetite: str | None = None) -> Watched:
    """What a caller named: the whole folder of a workspace, since any file in it may become a part of it."""
    given = [path for path in (*policies, appetite) if path]
    folders = [path for path in given if os.path.isdir(path)]
    files = [path for path in given if os.path.isfile(path)]
    if workspace is not None:
        own = os.path.isdir(workspace)
        folders.append(workspace if own else os.path.dirname(os.path.abspath(workspace)))
    return Watched(tuple(files), tuple(folders))


def parts(bundle: Bundle) -> frozenset[str]:
    """The files that a bundle and its inventory were read from, wherever they lie, such as the shipped pack."""
    return frozenset(
        map(os.path.abspath, (*bundle.files, *bundle.inventory, *(key.file for key in bundle.keys)))
    )


class Changes:
    """Tells of a change once the files have stayed as they are between two looks: nobody is writing them just now."""

    def __init__(self, what: Callable[[], Watched], own: Iterable[str] = ()) -> None:
        """``own`` are files that the caller writes itself, which is no change."""
        self._what = what
        self._own = frozenset(map(os.path.abspath, own))
        self._besides: frozenset[str] = frozenset()
        self._seen = self._accepted = self._look()

    def settled(self) -> bool:
        """Look; whether there is something new that has come to rest."""
        found = self._look()
        at_rest, self._seen = found == self._seen, found
        return at_rest and found != self._accepted

    def accept(self, besides: Iterable[str] = ()) -> None:
        """What was seen last is known, and a change that has come meanwhile still is one.

        ``besides`` are files that count from now on, wherever they lie, in the place of those named before.
        """
        files = frozenset(map(os.path.abspath, besides))
        gone = self._besides - files - _files(self._what()) if self._besides - files else frozenset()
        known = {file: state for file, state in self._seen.items() if file not in gone}
        fresh = {file: _state(file) for file in files - known.keys() - self._own}
        self._besides = files
        self._seen = self._accepted = {**known, **fresh}

    def _look(self) -> dict[str, State]:
        return {file: _state(file) for file in (_files(self._what()) | self._besides) - self._own}


def _files(what: Watched) -> frozenset[str]:
    below = (f"{folder}/{name}" for folder in what.folders for name in names_below(folder, _SUFFIXES))
    return frozenset(map(os.path.abspath, (*what.files, *below)))


def _state(file: str) -> State:
    """Links are followed, so that a mounted volume whose link is swapped counts as changed."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return -1, -1, -1
    return found.st_mtime_ns, found.st_size, found.st_ino

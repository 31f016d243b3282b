"""Collecting processes that nobody else does.

As the first process of a container a supervisor inherits whatever its workers started: where a worker was killed,
its ledger's writer finishes and ends, and would stay in the table of processes for ever.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_SECONDS = 2.0
"""Whoever waits for a child of their own does so sooner."""


@contextmanager
def collecting() -> Iterator[None]:
    """Meanwhile every child that has ended is collected, after those who started it had the time to do so."""
    ended = threading.Event()
    looking = threading.Thread(target=_look, args=(ended,), name="collecting", daemon=True)
    if hasattr(os, "waitid"):  # not on macOS, which has no containers either
        looking.start()
    try:
        yield
    finally:
        ended.set()


def _look(ended: threading.Event) -> None:
    before = 0
    while not ended.wait(_LOOK_SECONDS):
        found = _ended_child()
        if found and found == before:
            _collect(found)
            found = 0
        before = found


def _ended_child() -> int:
    """The id of a child that has ended and was not waited for; 0 where there is none. It is left as it is."""
    try:
        child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return child.si_pid if child is not None else 0


def _collect(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # somebody has waited for it after all

"""When to look again: now, when the time is up, and when something was written."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.policy.freshness import Changes

_POLL = 1.0
"""Seconds between looks at the files' metadata."""


def occasions(written: Changes | None, files: Iterable[str], every: int) -> Iterator[None]:
    """Now, then whenever the time is up or something was written and has come to rest; ``files`` are looked at, too."""
    due = 0.0
    while True:
        changed = written is not None and written.settled()
        if time.monotonic() >= due or changed:
            due = time.monotonic() + every
            yield
            if written is not None:
                written.accept(files)
        time.sleep(min(_POLL, every))


def redirected(folder: str) -> list[str]:
    """The file in a folder that stdout or stderr is written into, if it is."""
    from aims_policy.policy.listing import names_below

    written = []
    for stream in (sys.stdout, sys.stderr):
        try:
            written.append(os.fstat(stream.fileno()))
        except (OSError, ValueError, AttributeError):  # closed, or replaced by something that is no file
            continue
    files = [os.path.join(folder, name) for name in names_below(folder)]  # noqa: PTH118 - one path, as below
    return [f for f in files if os.path.isfile(f) and any(os.path.samestat(os.stat(f), w) for w in written)]  # noqa: PTH113, PTH116 - ditto

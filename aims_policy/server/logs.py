"""Logs: one JSON object a line on stderr. What happened and how long it took, never what was submitted."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 1_000

_collecting = False
_lines: deque[str] = deque()
_pid = os.getpid()  # asked for once: it is a system call


def write(event: str, *, level: str = "info", **fields: Any) -> None:
    """One line, at once or with the next `flush`. Fields that are None or "" are left out."""
    write_members(event, members(fields), level=level)


def write_members(event: str, text: str, *, level: str = "info") -> None:
    """One line whose fields are `members` already: a request's are for the greater part those of the one before."""
    now = time.time()
    moment = f"{_second(int(now))}.{int(now % 1 * 1000):03d}Z"
    more = f",{text}" if text else ""
    _lines.append(f'{{"time":"{moment}","level":"{level}","event":"{event}","pid":{_pid}{more}}}')
    if not _collecting or len(_lines) >= _MOST:
        flush()


def members(fields: Mapping[str, Any]) -> str:
    """Fields as they stand in a line, between its braces. Those that are None or "" are left out.

    >>> members({"status": 200, "caller": "", "url": "http://[::1]"})
    '"status":200,"url":"http://[::1]"'
    """
    return _text({name: value for name, value in fields.items() if value is not None and value != ""})[1:-1]


def collect(*, on: bool) -> None:
    """Whether lines wait for `flush`: under load a write for each would cost more than all the rest of a request."""
    global _collecting  # noqa: PLW0603 - one process, one log
    _collecting = on
    flush()


def _text(line: dict[str, Any]) -> str:
    """In ASCII: some characters end a line for some readers, and others are commands for a terminal."""
    try:
        text = msgspec.json.encode(line, enc_hook=str).decode()
        return text if text.isascii() else _ascii(line)
    except UnicodeEncodeError:  # half a surrogate pair in a file's name
        return _ascii(line)


_ascii = json.JSONEncoder(default=str, separators=(",", ":")).encode


@lru_cache(2)
def _second(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))


def flush() -> None:
    """Write what waits."""
    lines = [_lines.popleft() for _ in range(len(_lines))]
    if not lines:
        return
    try:
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # whoever read the log has gone; that is no reason to stop deciding


def fault(error: BaseException, request_id: str) -> None:
    """A fault of ours: what and where in the code, not the message, which may quote what was submitted."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    write(
        "fault",
        level="error",
        request_id=request_id,
        error=type(error).__name__,
        at=[f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in frames],  # noqa: PTH119 - of a frame
    )


class _Lines(logging.Handler):
    """uvicorn's and the ledger's messages in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            fault(record.exc_info[1], "")
            return
        write(record.name, level=record.levelname.lower(), message=record.getMessage())


def set_up() -> None:
    """Send what libraries log the same way; called once in each process."""
    global _pid  # noqa: PLW0603 - one process, one log
    _pid = os.getpid()
    handler = _Lines()
    for name in ("uvicorn", "uvicorn.error", "aims_policy", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "aims_policy" else logging.WARNING)
    logging.getLogger("uvicorn.error").handlers = []
    logging.getLogger("uvicorn.error").propagate = True

"""Logs: one JSON object a line on stderr. What happened and how long it took, never what was submitted."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from typing import Any, TextIO

LOGGER = "aims_policy.server"


def write(event: str, *, level: str = "info", stream: TextIO | None = None, **fields: Any) -> None:
    """One line. Fields that are None or "" are left out."""
    now = time.time()
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
    line = {"time": moment, "level": level, "event": event, "pid": os.getpid()}
    line.update((k, v) for k, v in fields.items() if v is not None and v != "")
    try:
        (stream or sys.stderr).write(json.dumps(line, default=str) + "\n")
        (stream or sys.stderr).flush()
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
    handler = _Lines()
    for name in ("uvicorn", "uvicorn.error", "aims_policy", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "aims_policy" else logging.WARNING)
    logging.getLogger("uvicorn.error").handlers = []
    logging.getLogger("uvicorn.error").propagate = True

"""The write-ahead log of a SQLite ledger: commits in it that SQLite would pass over.

Frames of the log have checksums, and reading ends at the first that does not fit: all after it is gone, in
silence. After a crash that is the rest of an append that nobody got an answer to. Where a commit follows the frame
that does not fit, it was whole once (https://www.sqlite.org/fileformat2.html, section 4).
"""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.ledger.verify import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER, _FRAME_HEADER = 32, 24
_ORDERS = {0x377F0682: "<II", 0x377F0683: ">II"}
_VERSION = 3_007_000
_LOOKS = 3
_BETWEEN = 0.05  # seconds


def log_faults(path: str) -> Iterator[Fault]:
    """What is wrong with a log. One that is being written is looked at again, so that only lasting damage is told."""
    found = _fault(path)
    for _ in range(_LOOKS - 1):
        if found is None:
            return
        time.sleep(_BETWEEN)
        found, before = _fault(path), found
        if found != before:
            found = None
    if found is not None:
        yield found


def _fault(path: str) -> Fault | None:
    try:
        data = Path(path).read_bytes()
    except OSError:  # there is none; what else keeps it from being read keeps the ledger, which then tells
        return None
    if len(data) < _HEADER:
        return None
    magic, version, size = struct.unpack(">3I", data[:12])
    order = _ORDERS.get(magic, "<II")
    sums = _checksum(data[:24], (0, 0), order)
    if magic not in _ORDERS or version != _VERSION or struct.pack(">II", *sums) != data[24:32]:
        return Fault("ledger-damaged", "log", "the header of its write-ahead log is damaged")
    return _broken_frame(data, _FRAME_HEADER + size, sums, order)


def _broken_frame(data: bytes, step: int, sums: tuple[int, int], order: str) -> Fault | None:
    salt = data[16:24]
    starts = range(_HEADER, len(data) - step + 1, step)
    broken = None
    for number, start in enumerate(starts):
        frame = data[start : start + step]
        if broken is None:
            sums = _checksum(frame[:8] + frame[_FRAME_HEADER:], sums, order)
            if frame[8:16] != salt or struct.pack(">II", *sums) != frame[16:24]:
                broken = number
        elif frame[8:16] == salt and frame[4:8] != bytes(4):
            return Fault(
                "ledger-damaged",
                "log",
                f"frame {broken} of its write-ahead log is damaged, and entries after it lost",
            )
    return None


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    for one, two in struct.iter_unpack(order, data):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second

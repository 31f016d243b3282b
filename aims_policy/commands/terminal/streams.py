"""Writing results: to stdout whatever its encoding and whoever closed it, or whole into a file."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""What an operating system says where a report cannot be stored, though the command is right."""

_DEFAULT_WIDTH = 100
_CHUNK = 1 << 16
_ASCII = {"→": "->", "…": "...", "─": "-", "“": '"', "”": '"', "·": "-"}


def stand_in() -> None:
    """For streams that were closed before the start (``>&-``), which Python has not: what is said is lost, and a result
    that is to go there cannot be written. Nor can a file that is opened later take the place of one of them.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", closefd=False)


def write(text: str | Iterable[str], output: str | None = None) -> None:
    """The result (whole, or in pieces of any length), to stdout or into a file. A reader that has gone is no error;
    the exit code stays the result's.

    Raises click.UsageError where the file cannot be written, OSError where there is no room; then the file is as it
    was.
    """
    if output is not None and output != "-":
        write_file(output, text)
        return
    try:
        for chunk in _chunks(text):
            _put(sys.stdout, chunk)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def say(text: str) -> None:
    """A line on stderr: what is wrong, or how far it is; never the result."""
    try:
        _put(sys.stderr, f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def write_file(path: str, text: str | Iterable[str]) -> None:
    """The whole text or nothing: written beside the file and then put in its place.

    Raises click.UsageError where the file cannot be written, and OSError where there is no room for it.
    """
    import click

    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 - hot; a device or a pipe
            with open(path, "w", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123 - hot
                stream.writelines(_chunks(text))
            return
        with open(temporary, "x", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123 - hot
            stream.writelines(_chunks(text))
        os.replace(temporary, path)  # noqa: PTH105 - hot
    except OSError as error:
        if error.errno in NO_ROOM:
            raise OSError(error.errno, error.strerror, path) from None
        from aims_policy.diagnostics import reason_of, safe

        raise click.UsageError(f"cannot write `{safe(path)}`: {reason_of(error)}") from None
    finally:  # a report is made while it is written, and what goes wrong there leaves no half of it either
        if os.path.exists(temporary):  # noqa: PTH110 - hot
            os.unlink(temporary)  # noqa: PTH108 - hot


def write_new(path: str, text: str, *, private: bool = False) -> None:
    """The text as a new file, which only its owner may read where it is private. Raises click.UsageError."""
    import click

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        from aims_policy.diagnostics import reason_of, safe

        raise click.UsageError(f"cannot write `{safe(path)}`: {reason_of(error)}") from None


def _chunks(text: str | Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth writing."""
    gathered: list[str] = []
    size = 0
    for piece in (text,) if isinstance(text, str) else text:
        gathered.append(piece)
        size += len(piece)
        if size > _CHUNK:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def silence() -> None:
    """Send what is left of stdout nowhere."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError):
        return
    finally:
        os.close(devnull)


def wants_color(stream: TextIO) -> bool:
    """On a terminal that knows colours, or wherever FORCE_COLOR asks for them; never where NO_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def width_of(stream: TextIO) -> int:
    """Of the terminal; where there is none, of COLUMNS or a page."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
    except (OSError, ValueError):
        given = os.environ.get("COLUMNS", "")
        return int(given) if given.isdigit() and 0 < int(given) < 1_000 else _DEFAULT_WIDTH


def progress(total: int, doing: str = "deciding") -> Callable[[int], None] | None:
    """Says on stderr how many of many manifests are decided; None where they are few or nobody watches."""
    if total < 50 or not sys.stderr.isatty():
        return None
    step = max(1, total // 100)

    def tell(count: int) -> None:
        if count % step == 0 or count >= total:
            end = "\n" if count >= total else ""
            sys.stderr.write(f"\r{doing} {min(count, total):,} of {total:,}{end}")
            sys.stderr.flush()

    return tell


def _put(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        for sign, plain in _ASCII.items():
            text = text.replace(sign, plain)
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

"""The last look at an inventory, kept in a file: written whole or not at all, refused where it is not ours."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, reason_of
from aims_policy.watching.snapshot import AssetState, FindingState, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

API_VERSION = "aims/v1"
KIND = "WatchState"
_MAX_BYTES = 256 * 1024 * 1024


class MemoryFileError(Exception):
    """The file cannot be read as a state, or cannot be written; ``diagnostic`` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def recall(file: str) -> Snapshot | None:
    """The snapshot in a file; None where there is no such file yet. Raises MemoryFileError."""
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _fault("cannot-read", f"cannot read the state: {reason_of(error)}", file) from error
    try:
        return _snapshot(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = "this file is no state that `aims watch` has written"
        hint = "name another file with --state, or delete this one: the next look is then the first"
        raise _fault("wrong-state", message, file, hint) from error


def remember(file: str, snapshot: Snapshot) -> None:
    """Put the snapshot in the file's place, durably. Raises MemoryFileError; the file is then as it was."""
    temporary = f"{file}.{os.getpid()}.tmp"
    text = json.dumps(_plain(snapshot), indent=1) + "\n"
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        try:
            with Path(temporary).open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(file)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise _fault("cannot-write", f"cannot write the state: {reason_of(error)}", file) from error


def _plain(snapshot: Snapshot) -> dict[str, Any]:
    assets = {
        asset: {**state._asdict(), "findings": {r: f._asdict() for r, f in state.findings.items()}}
        for asset, state in snapshot.assets.items()
    }
    return {"apiVersion": API_VERSION, "kind": KIND, **snapshot._asdict(), "assets": assets}


def _snapshot(plain: Any) -> Snapshot:
    """Raises ValueError, TypeError, KeyError or AttributeError where the shape is another."""
    fields = dict(plain)
    if (fields.pop("apiVersion"), fields.pop("kind")) != (API_VERSION, KIND):
        raise ValueError("another kind of file")
    assets = {str(asset): _asset(state) for asset, state in fields.pop("assets").items()}
    unread = tuple(_text(f) for f in fields.pop("unread"))
    return Snapshot(**{k: _text(v) for k, v in fields.items()}, assets=assets, unread=unread)


def _asset(plain: Mapping[str, Any]) -> AssetState:
    fields = dict(plain)
    findings = {str(rule): _finding(state) for rule, state in fields.pop("findings").items()}
    return AssetState(**{k: _text(v) for k, v in fields.items()}, findings=findings)


def _finding(plain: Mapping[str, Any]) -> FindingState:
    fields = dict(plain)
    line = fields.pop("line")
    if type(line) is not int or fields["enforcement"] not in ("deny", "warn", "audit"):
        raise ValueError("not a finding")
    return FindingState(**{k: _text(v) for k, v in fields.items()}, line=line)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return value


def _fault(code: str, message: str, file: str, hint: str = "") -> MemoryFileError:
    return MemoryFileError(Diagnostic(code, message, file, help=hint))

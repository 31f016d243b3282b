"""From the columns of an entry, and the contents they refer to, back to what was recorded."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.ledger.chain import SAID, entry_id
from aims_policy.ledger.packing import VARYING, storable
from aims_policy.ledger.record import Entry, Input

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = Mapping[str, Any]
    Contents = Mapping[str, bytes]

LISTS = ("decision", "inputs")
"""Columns with the digest of a list of pieces."""


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
"""None of them is in a text that JSON permits and that was written here; a terminal would obey some."""


def entry_of(row: Row, contents: Contents) -> Entry:
    """The entry of a row. Inputs whose content is not among the contents have none. Raises ValueError."""
    values: dict[str, Any] = {**row, "id": entry_id(row["sequence"], row["hash"])}
    values["decision"] = _text(row, "decision", contents)
    if _CONTROL.search(values["decision"]):
        raise ValueError("a control character stands in its decision")
    values["inputs"] = tuple(
        Input(name, format_, digest, contents.get(kept) if kept else None, tuple(masked), withheld, on)
        for name, format_, digest, masked, withheld, on, kept in _input_rows(row, contents)
    )
    if not all(
        isinstance(value, str) for name, value in values.items() if name not in ("sequence", "inputs")
    ):
        raise ValueError("a column holds no text")
    return Entry(**values)


def decision_of(entry: Entry) -> dict[str, Any]:
    """What the decision of an entry says; numbers keep their digits, as text. Raises ValueError where it is none.

    Whoever can write the ledger can write anything into it, with the hashes that go with it.
    """
    plain = _loaded(entry.decision)
    if not _has(plain, _DECISION) or not all(_has(finding, _FINDING) for finding in plain["findings"]):
        raise ValueError("what is recorded is not a decision")
    return dict(plain)


_DECISION: Mapping[str, type] = {
    **dict.fromkeys(("verdict", "reason", "environment", "at", "bundle_digest", "engine"), str),
    "subject": dict,
    "findings": list,
    "notices": list,
}
_FINDING: Mapping[str, type] = {**dict.fromkeys(("rule", "outcome", "enforcement"), str), "evidence": list}
"""What is read of a recorded decision, and of a finding in it."""


def _has(plain: Any, parts: Mapping[str, type]) -> bool:
    return isinstance(plain, dict) and all(isinstance(plain.get(name), kind) for name, kind in parts.items())


def _loaded(text: str | bytes) -> Any:
    """What a JSON text says. Raises ValueError, also where it is nested too deeply."""
    try:
        return json.loads(text, parse_float=str)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def list_digests(rows: Iterable[Row]) -> set[str]:
    """The digests of the contents that entries name. The others are named in these."""
    return {row[name] for row in rows for name in LISTS}


def shared_digests(row: Row, contents: Contents) -> set[str]:
    """The digests of texts that an entry's lists refer to. Raises ValueError where a list is none."""
    return {p for name in LISTS for p in _pieces(_found(row[name], contents)) if isinstance(p, str)}


def input_digests(row: Row, contents: Contents) -> set[str]:
    """The digests of an entry's kept inputs. Raises ValueError."""
    return {kept for *_, kept in _input_rows(row, contents) if kept is not None}


def contradictions(row: Row, contents: Contents) -> list[str]:
    """The columns that say something else than the decision. Raises ValueError where it is no decision."""
    said = _facts(_found(row["decision"], contents), *(row[name] for name in VARYING))
    return [name for name, value in zip(SAID, said, strict=False) if row[name] != value]


@lru_cache(64)
def _facts(content: bytes, *varying: str) -> tuple[str, ...]:
    """What a decision's own text says of the columns, in the order of `SAID`."""
    pieces = _pieces(content)
    row = dict(zip(VARYING, varying, strict=True))
    # The first piece and the last, without the findings between them.
    ends = "".join(_joined(piece, row) for piece in (pieces[0], pieces[-1]) if isinstance(piece, list))
    try:
        plain = _loaded(ends)
        subject = plain["subject"]
        found = (
            *(plain[name] for name in ("verdict", "environment", "at")),
            *(subject[name] for name in ("kind", "name", "version", "digest")),
            *(plain[name] for name in ("bundle_digest", "digest")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a decision: {error}") from None
    return tuple(storable(value) for value in found)


def _text(row: Row, name: str, contents: Contents) -> str:
    """What an entry's list of pieces says."""
    return "".join(
        [
            _found(piece, contents).decode() if isinstance(piece, str) else _joined(piece, row)
            for piece in _pieces(_found(row[name], contents))
        ]
    )


def _joined(piece: Sequence[str], row: Row) -> str:
    """Texts, with the values of columns between them."""
    try:
        return "".join([f'"{row[part]}"' if number % 2 else part for number, part in enumerate(piece)])
    except KeyError as error:
        raise ValueError(f"there is no column {error} to say a part of it") from None


def _pieces(content: bytes) -> Sequence[str | list[str]]:
    found = _loaded(content)
    if not isinstance(found, list) or not found or not all(_is_piece(p) for p in found):
        raise ValueError("it is not a list of texts")
    return found


def _is_piece(piece: Any) -> bool:
    return isinstance(piece, str) or (isinstance(piece, list) and all(isinstance(p, str) for p in piece))


def _found(digest: str, contents: Contents) -> bytes:
    content = contents.get(digest)
    if content is None:
        raise ValueError(f"the content {digest[:12]}… is not there")
    return content


def _input_rows(row: Row, contents: Contents) -> list[list[Any]]:
    rows = _loaded(_text(row, "inputs", contents))
    if not isinstance(rows, list) or not all(map(_is_input, rows)):
        raise ValueError("the inputs are not a list of files")
    return rows


def _is_input(row: Any) -> bool:
    if not isinstance(row, list) or len(row) != 7:
        return False
    *texts, kept = (*row[:3], *row[4:])
    masked = row[3]
    return (
        all(isinstance(value, str) for value in texts)
        and (kept is None or isinstance(kept, str))
        and isinstance(masked, list)
        and all(isinstance(pointer, str) for pointer in masked)
    )

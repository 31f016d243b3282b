"""From the columns of an entry, and the contents they refer to, back to what was recorded."""

from __future__ import annotations

import json
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


def entry_of(row: Row, contents: Contents) -> Entry:
    """The entry of a row. Inputs whose content is not among the contents have none. Raises ValueError."""
    values: dict[str, Any] = {**row, "id": entry_id(row["sequence"], row["hash"])}
    values["decision"] = _text(row, "decision", contents)
    values["inputs"] = tuple(
        Input(name, format_, digest, contents.get(kept) if kept else None, tuple(masked), withheld, on)
        for name, format_, digest, masked, withheld, on, kept in _input_rows(row, contents)
    )
    return Entry(**values)


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
        plain = json.loads(ends, parse_float=str)
        subject = plain["subject"]
        found = (
            *(plain[name] for name in ("verdict", "environment", "at")),
            *(subject[name] for name in ("kind", "name", "version", "digest")),
            *(plain[name] for name in ("bundle_digest", "digest")),
        )
    except (KeyError, TypeError, RecursionError) as error:
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
    found = json.loads(content)
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
    rows = json.loads(_text(row, "inputs", contents))
    if not isinstance(rows, list) or not all(isinstance(r, list) and len(r) == 7 for r in rows):
        raise ValueError("the inputs are not a list of files")
    return rows

"""Proof that a ledger is as it was written: nothing altered, removed, reordered, added or cut off.

Everything is read anew and judged by the hashes alone. What a chain cannot show by itself, that its end was cut
off and the head rewritten, shows against a checkpoint, or an id that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aims_policy.ledger.chain import entry_hash, genesis
from aims_policy.ledger.continuity import log_of
from aims_policy.ledger.record import Head, LedgerError
from aims_policy.ledger.unpacking import (
    contradictions,
    input_digests,
    list_digests,
    shared_digests,
)
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from sqlalchemy import Connection

    from aims_policy.ledger.ledger import Ledger

MOST = 20
"""Faults that are reported; behind one alteration there may be thousands."""

_PAGE = 200
_DAMAGE = ("ledger-damaged", "not-a-ledger", "ledger-format")


class Fault(NamedTuple):
    """What is wrong, and where: ``place`` is ``entry 17``, ``head``, ``file``, …"""

    code: str
    place: str
    message: str


class Verified(NamedTuple):
    """What was found. The ledger is as it was written where there are no faults."""

    head: Head
    ledger_id: str
    entries: int
    inputs: int  # kept contents of inputs
    faults: tuple[Fault, ...]
    more: bool = False  # whether there are faults beyond those listed


class Expected(NamedTuple):
    """What is known from elsewhere: the entry with this number had this hash (a beginning is enough)."""

    ledger_id: str
    sequence: int
    hash: str
    origin: str


def verify(url: str, expected: tuple[Expected, ...] = ()) -> Verified:
    """Read the whole ledger at a URL and say what is wrong with it. Nothing is written.

    Raises LedgerError where there is no ledger, or its database does not answer.
    """
    from aims_policy.ledger.database import parse_url
    from aims_policy.ledger.ledger import open_ledger

    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        from aims_policy.ledger.write_ahead_log import log_faults

        # Before anything opens the ledger: whoever opens it last tidies the log up, and its damage with it.
        damaged = tuple(log_faults(log_of(parsed.database)))
        if damaged:
            return Verified(Head(0, ""), "", 0, 0, damaged)
    try:
        ledger = open_ledger(url, create=False)
    except LedgerError as error:
        if error.transient or error.diagnostic.code not in _DAMAGE:
            raise
        fault = Fault(error.diagnostic.code, "file", error.diagnostic.message)
        return Verified(Head(0, ""), "", 0, 0, (fault,))
    with ledger:
        return _verified(ledger, expected)


def _verified(ledger: Ledger, expected: tuple[Expected, ...]) -> Verified:
    from itertools import islice

    from sqlalchemy.exc import SQLAlchemyError

    walk = _Walk(expected)
    found: list[Fault] = []
    try:
        # One transaction: what is appended meanwhile is not half seen.
        with ledger.engine.connect() as connection, _raw_text(connection):
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            for fault in islice(_faults(connection, walk, ledger), MOST + 1):
                found.append(fault)  # noqa: PERF402 - those found before an error are kept
    except (SQLAlchemyError, UnicodeError) as error:
        from aims_policy.ledger.failing import translate

        failed = translate(error, ledger.name)
        if failed.transient:
            raise failed from None
        found.append(Fault(failed.diagnostic.code, walk.place, failed.diagnostic.message))
    except (ValueError, TypeError, OverflowError) as error:
        found.append(Fault("ledger-damaged", walk.place, f"it cannot be read: {error}"))
    return Verified(
        walk.head, walk.ledger_id, walk.count, walk.inputs, tuple(found[:MOST]), len(found) > MOST
    )


@contextmanager
def _raw_text(connection: Connection) -> Iterator[None]:
    """Bytes that are no text are read all the same, so that the entry that they stand in can be named."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    usual, driver.text_factory = driver.text_factory, lambda b: b.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


class _Walk:
    """How far the reading has come."""

    def __init__(self, expected: tuple[Expected, ...]) -> None:
        self.expected = expected
        self.head = Head(0, "")
        self.ledger_id = ""
        self.count = 0
        self.inputs = 0
        self.place = "ledger"
        self.needed: set[str] = set()
        self.kept: set[str] = set()
        self.guessing = False  # whether contents may be needed by an entry that cannot be read


def _faults(connection: Connection, walk: _Walk, ledger: Ledger) -> Iterator[Fault]:
    if connection.dialect.name == "sqlite":
        from aims_policy.ledger.sqlite_file import file_faults

        walk.place = "file"
        yield from file_faults(connection, ledger.name)
    else:
        from aims_policy.ledger.postgresql import schema_faults

        walk.place = "tables"
        yield from schema_faults(connection)
    walk.place = "head"
    start = yield from _about(connection, walk)
    last = yield from _entries(connection, walk, start)
    walk.place = "head"
    yield from _end(walk, last)
    walk.place = "contents"
    yield from _contents(connection, walk)


def _about(connection: Connection, walk: _Walk) -> Generator[Fault, None, str]:
    """The ledger's own row; returns the hash that the chain begins with."""
    from sqlalchemy import select

    from aims_policy.ledger.tables import about

    rows = connection.execute(select(about)).mappings().all()
    if len(rows) != 1 or rows[0]["one"] != 1:
        yield Fault("head-altered", "head", f"there is not one head but {len(rows)}")
    if not rows:
        return ""
    row = rows[0]
    walk.head = Head(row["sequence"], row["hash"])
    walk.ledger_id = row["ledger_id"]
    for known in walk.expected:
        if known.ledger_id and known.ledger_id != walk.ledger_id:
            yield Fault("other-ledger", "head", f"{known.origin} is of another ledger ({known.ledger_id})")
        elif known.sequence == 0:
            yield from _compared(known, genesis(row["format"], row["ledger_id"], row["created_at"]))
    return genesis(row["format"], row["ledger_id"], row["created_at"])


def _entries(connection: Connection, walk: _Walk, start: str) -> Generator[Fault, None, Head]:
    """Each entry: its number, its hash, what it says it follows, and that its columns say what its decision says."""
    previous, last = start, 0
    for row, contents in _rows(connection):
        sequence = row["sequence"]
        walk.place = f"entry {sequence}"
        walk.count += 1
        if sequence != last + 1:
            yield Fault("entry-missing", f"entry {last + 1}", _gap(last, sequence))
        faults = list(_entry(row, contents, walk))
        if row["previous"] != previous and not faults and sequence == last + 1:
            message = "it does not follow the entry before it: one of the two was exchanged"
            faults.append(Fault("chain-broken", walk.place, message))
        yield from faults
        for known in walk.expected:
            if known.sequence == sequence:
                yield from _compared(known, row["hash"])
        previous, last = row["hash"], sequence
    return Head(last, previous)


def _entry(row: Mapping[str, Any], contents: Mapping[str, bytes], walk: _Walk) -> Iterator[Fault]:
    place = walk.place
    if row["hash"] != entry_hash(row):
        yield Fault("entry-altered", place, "what it says is not what was recorded: its hash does not fit")
        return
    listed = list_digests([row])
    walk.needed |= listed
    if not all(_is_whole(digest, contents) for digest in listed):
        walk.guessing = True  # it is told with the contents; what it refers to is not known
        return
    wrong = contradictions(row, contents)
    if wrong:
        yield Fault("entry-contradicts", place, f"{', '.join(wrong)} is not as in the decision")
    kept = input_digests(row, contents)
    walk.inputs += len(kept)
    walk.kept |= kept
    walk.needed |= kept | shared_digests(row, contents)


def _is_whole(digest: str, contents: Mapping[str, bytes]) -> bool:
    content = contents.get(digest)
    return isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == digest


def _end(walk: _Walk, last: Head) -> Iterator[Fault]:
    sequence, previous = last
    if walk.head.sequence != sequence:
        message = f"the head says that there are {walk.head.sequence} entries, and the last is {sequence}"
        yield Fault("entry-missing" if walk.head.sequence > sequence else "head-altered", "head", message)
    elif walk.head.hash != previous:
        yield Fault("head-altered", "head", "its hash is not that of the last entry")
    for known in walk.expected:
        if known.sequence > sequence:
            message = f"the end was cut off: {known.origin} knows entry {known.sequence}"
            yield Fault("cut-off", f"entry {sequence + 1}", message)


def _compared(known: Expected, hash_: str) -> Iterator[Fault]:
    if not hash_.startswith(known.hash):
        message = f"its hash is not the one that {known.origin} names: the ledger was rewritten"
        yield Fault("rewritten", f"entry {known.sequence}", message)


def _gap(last: int, sequence: int) -> str:
    if sequence <= last:
        return f"entry {sequence} stands after entry {last}"
    missing = sequence - last - 1
    if missing == 1:
        return "it is not there"
    return f"it and {missing - 1} more after it are not there"


def _contents(connection: Connection, walk: _Walk) -> Iterator[Fault]:
    """Each content has the digest it is known by, all that entries refer to are there, and no others."""
    from sqlalchemy import select

    from aims_policy.ledger.tables import contents

    seen: set[str] = set()
    result = connection.execution_options(stream_results=True, yield_per=50).execute(select(contents))
    for digest, content in result:
        name = f"content {str(digest)[:12]}"
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != digest:
            yield Fault("content-altered", name, "it is not what was recorded: its digest does not fit")
        elif digest not in walk.needed and not walk.guessing:
            yield Fault("content-stray", name, "no entry refers to it")
        seen.add(digest)
    for digest in sorted(walk.needed - seen):
        what = "an input" if digest in walk.kept else "a part of a decision"
        yield Fault("content-missing", f"content {digest[:12]}", f"{what} is not there")


def _rows(connection: Connection) -> Iterator[tuple[Mapping[str, Any], Mapping[str, bytes]]]:
    """Each row of an entry, with the contents that rows near it name."""
    from sqlalchemy import select

    from aims_policy.ledger.tables import contents, entries

    last = None
    while True:
        query = select(entries).order_by(entries.c.sequence).limit(_PAGE)
        rows = connection.execute(query if last is None else query.where(entries.c.sequence > last))
        page = [dict(row) for row in rows.mappings()]
        if not page:
            return
        # What was altered may be no digest, nor any text that a database takes.
        digests = [d for d in list_digests(page) if isinstance(d, str) and d.isascii()]
        listed = select(contents).where(contents.c.digest.in_(digests))
        found = {str(digest): content for digest, content in connection.execute(listed)}
        for row in page:
            yield row, found
        last = page[-1]["sequence"]

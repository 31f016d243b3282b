"""What goes into the ledger and what comes out of it: frozen records, and the one error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import render
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic

MASKED = "<masked>"
"""What stands in the place of a masked value. Read as a manifest it is a placeholder, and so no evidence."""


_MISNAMED = frozenset(
    {
        *("bad-ledger", "ledger-not-there", "ledger-unreadable", "not-a-ledger", "ledger-format"),
        *("bad-pointer", "bad-key", "bad-checkpoint", "extra-missing"),
    }
)


class Input(NamedTuple):
    """A file that a decision was made from: the manifest itself, one it is built from, the organization's profile.

    Or a file of evidence on one of these assets: ``evidence_on`` is then the asset's id (``model/scorer``), and the
    files of one asset stand in the order in which they were merged, one with several pieces of evidence as often.

    ``name`` is the file as findings name it, ``digest`` that of the submitted bytes (``sha256:…``), ``content``
    these bytes. In an entry ``content`` is what was kept (None where nothing was), ``masked`` the JSON pointers of
    values that were taken out of it, and ``withheld`` says why content that was to be kept was not.
    """

    name: str
    format: str
    digest: str
    content: bytes | None = None
    masked: tuple[str, ...] = ()
    withheld: str = ""
    evidence_on: str = ""


class Record(NamedTuple):
    """A decision to be recorded. ``source`` says who asked: ``cli``, ``server``, ``admission``, ``watch``."""

    decision: Decision
    source: str
    request_id: str = ""
    inputs: tuple[Input, ...] = ()


class Entry(NamedTuple):
    """A recorded decision.

    ``hash`` covers every stored byte of the entry and, by ``previous``, all entries before it. ``id`` is its number
    and the beginning of its hash: who keeps the id of an answer can prove that the entry was changed or taken away.
    ``decision`` is the JSON text of the decision, as the report gives it for one.
    """

    sequence: int
    id: str
    recorded_at: str  # ISO 8601, UTC, microseconds
    previous: str
    hash: str
    source: str
    request_id: str
    verdict: str
    environment: str
    at: str  # time of the decision
    subject_kind: str
    subject_name: str
    subject_version: str
    subject_digest: str
    bundle_digest: str
    decision_digest: str
    decision: str
    inputs: tuple[Input, ...]


class Head(NamedTuple):
    """The end of the chain: how many entries there are, and the hash of the last (of the ledger itself, if none)."""

    sequence: int
    hash: str


class LedgerError(Exception):
    """The ledger could not be opened, read or written; of an append nothing counts as recorded.

    ``transient`` where the same may succeed later without anybody doing anything to the program: the disk is
    full, another process holds the ledger, the database is away.
    """

    def __init__(self, diagnostic: Diagnostic, *, transient: bool = False) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic
        self.transient = transient

    @property
    def misnamed(self) -> bool:
        """Whether the caller is wrong and not the ledger: what was named is no ledger, key, checkpoint or pointer."""
        return self.diagnostic.code in _MISNAMED and not self.transient

    def __str__(self) -> str:
        return render(self.diagnostic)

"""What a worker and its ledger's process say to each other: pickles behind their length, over a pair of sockets.

Both ends are ours, one started by the other, and nobody else holds either.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from aims_policy.ledger.record import LedgerError
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.ledger.record import Record

_LENGTH = 8


class Opening(NamedTuple):
    """The first that is said to the writer: which ledger, and what of inputs is kept. It answers as to one job."""

    url: str
    keep_inputs: bool
    mask: tuple[str, ...]


Job = tuple[int, str]
"""The number of what somebody who waits has decided, and the id of the request."""


class Batch(NamedTuple):
    """What is to be recorded together. Decisions are sent once and then named by their number among those that were."""

    forget: bool
    """Whether numbers begin anew with ``records``."""
    records: tuple[tuple[Record, ...], ...]
    """What came of one computation, for each number that is new."""
    jobs: tuple[Job, ...]


class Refusal(NamedTuple):
    """A LedgerError, as it travels."""

    diagnostic: Diagnostic
    transient: bool

    def error(self) -> LedgerError:
        """As it was raised."""
        return LedgerError(self.diagnostic, transient=self.transient)


Result = tuple[str, ...] | Refusal
"""Of one job: the ids of its entries, or why there are none."""


def framed(value: Any) -> bytes:
    """A value as it is sent."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(content).to_bytes(_LENGTH, "big") + content


class Frames:
    """Puts together what arrives in parts.

    >>> frames = Frames()
    >>> sent = framed(("17-3f2a",)) + framed("more")
    >>> list(frames.fed(sent[:20])), list(frames.fed(sent[20:]))
    ([], [('17-3f2a',), 'more'])
    """

    def __init__(self) -> None:
        self._rest = bytearray()

    def fed(self, data: bytes) -> Iterator[Any]:
        """The values that are whole with this."""
        self._rest += data
        while len(self._rest) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._rest[:_LENGTH], "big")
            if len(self._rest) < end:
                return
            content = bytes(self._rest[_LENGTH:end])
            del self._rest[:end]
            yield pickle.loads(content)  # noqa: S301 - what the other end, which is ours, has pickled

"""Deciding for requests: the engine's own `decide`, once for all that ask the same within a second."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from aims_policy.decision.decide import decide
from aims_policy.ledger.inputs import Known
from aims_policy.ledger.record import Record
from aims_policy.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from aims_policy.decision.upstream import Verdict
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.server.inventory import Inventory
    from aims_policy.server.limits import Deadlines
    from aims_policy.server.snapshot import Snapshot

T = TypeVar("T")

SMALL = 64 * 1024
"""Bytes up to which a request is decided at once: it takes less than handing it to a thread and back is worth."""

_LARGE = 16
"""Large requests that may wait for a thread, each with its bytes."""

_SHARED = 8 * 1024 * 1024
"""Bytes of requests whose results are kept for others that ask the same within the second."""

_THREADS = 2
_SETTINGS = 8
"""So many environments may be asked about within a second, each with what is decided only once in it."""


def decided(
    manifests: Sequence[Manifest], snapshot: Snapshot, environment: str, at: datetime, source: str
) -> tuple[Record, ...]:
    """The decisions on manifests in the light of each other and the inventory, as the ledger takes them."""
    inventory = snapshot.inventory
    around = list({id(m): m for own in manifests for m in inventory.around(own)}.values())
    found = decide(
        manifests,
        snapshot.bundle,
        environment=environment,
        at=at,
        inventory=around,
        settled=_settled(inventory, snapshot.bundle.digest, environment, at),
    )
    known = Known(manifests, around, inventory.files)
    return tuple(Record(decision, source, "", known.inputs_of(manifest)) for manifest, decision in found)


@lru_cache(_SETTINGS)
def _settled(_inventory: Inventory, _bundle: str, _environment: str, _at: datetime) -> dict[str, Verdict]:
    """Verdicts on the inventory's assets in one second: what many models are built from is decided once for them."""
    return {}


@lru_cache(2)
def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, timezone.utc)


class Decider:
    """Runs what decides. A decision is a pure function of its inputs, its time in whole seconds one of them:

    what was asked already within this second is not computed again.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._second = _moment(0)
        self._room = _SHARED
        self._large = 0
        self._shared: dict[Hashable, object] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="deciding")

    def now(self) -> datetime:
        """The time of decisions made now."""
        return _moment(int(time.time()))

    async def run(self, key: Hashable, at: datetime, size: int, until: float, compute: Callable[[], T]) -> T:
        """The result of a pure computation over so many bytes; ``key`` holds all it depends on but the time.

        Raises TimeoutError where it must be waited for beyond a moment of `Deadlines`.
        """
        if at != self._second:
            self._shared, self._second, self._room = {}, at, _SHARED
        known: T | None = self._shared.get(key)  # type: ignore[assignment] # by this key only such were put there
        if known is not None:
            return known
        if size > SMALL:
            return await self._in_thread(compute, until)
        result = compute()
        if self._room > size:
            self._room -= size
            self._shared[key] = result
        return result

    async def _in_thread(self, compute: Callable[[], T], until: float) -> T:
        if self._large >= _LARGE:
            raise Problem(503, "busy", "too many large requests are under way", help="try again in a second")
        self._large += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, compute)
        running.add_done_callback(self._large_done)
        # Shielded: a thread cannot be stopped, and who waits for it may give up at any time.
        return await self._deadlines.watched(asyncio.shield(running), until)

    def _large_done(self, running: asyncio.Future[T]) -> None:
        self._large -= 1
        if not running.cancelled():
            running.exception()  # seen, also where nobody waits for it any longer

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

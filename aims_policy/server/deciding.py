"""Deciding for requests: the engine's own `decide`, once for all that ask the same within a second."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeVar

from aims_policy.decision.decide import decide
from aims_policy.ledger.inputs import inputs_of
from aims_policy.ledger.record import Record
from aims_policy.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from aims_policy.manifest.read import Manifest
    from aims_policy.server.snapshot import Snapshot

T = TypeVar("T")

SMALL = 64 * 1024
"""Bytes up to which a request is decided at once: it takes less than handing it to a thread and back is worth."""

_LARGE = 16
"""Large requests that may wait for a thread, each with its bytes."""

_SHARED = 512
_THREADS = 2


def decided(manifest: Manifest, snapshot: Snapshot, environment: str, at: datetime, source: str) -> Record:
    """The decision on a manifest in the light of the inventory, with the files that it was made from."""
    around = snapshot.inventory.around(manifest)
    [(_, decision)] = decide([manifest], snapshot.bundle, environment=environment, at=at, inventory=around)
    return Record(decision, source, "", inputs_of(manifest, inventory=around))


class Decider:
    """Runs what decides. A decision is a pure function of its inputs, its time in whole seconds one of them:

    what was asked already within this second is not computed again.
    """

    def __init__(self) -> None:
        self._second = 0.0
        self._large = 0
        self._shared: dict[Hashable, object] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="deciding")

    def now(self) -> datetime:
        """The time of decisions made now."""
        return datetime.now(timezone.utc).replace(microsecond=0)

    async def run(self, key: Hashable, at: datetime, size: int, compute: Callable[[], T]) -> T:
        """The result of a pure computation over so many bytes; ``key`` holds all it depends on but the time."""
        moment = at.timestamp()
        if moment != self._second:
            self._shared, self._second = {}, moment
        known: T | None = self._shared.get(key)  # type: ignore[assignment] # by this key only such were put there
        if known is not None:
            return known
        if size > SMALL:
            return await self._in_thread(compute)
        result = compute()
        if len(self._shared) < _SHARED:
            self._shared[key] = result
        return result

    async def _in_thread(self, compute: Callable[[], T]) -> T:
        if self._large >= _LARGE:
            raise Problem(503, "busy", "too many large requests are under way", help="try again in a second")
        self._large += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, compute)
        running.add_done_callback(self._large_done)
        # Shielded: a thread cannot be stopped, and who waits for it may give up at any time.
        return await asyncio.shield(running)

    def _large_done(self, running: asyncio.Future[T]) -> None:
        self._large -= 1
        if not running.cancelled():
            running.exception()  # seen, also where nobody waits for it any longer

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

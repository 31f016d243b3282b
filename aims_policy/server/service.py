"""What one worker holds while it runs: what decides, the ledger, keys, figures; and how they are renewed."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from aims_policy.policy.errors import PolicyError
from aims_policy.policy.freshness import Changes, Watched, named
from aims_policy.server import logs, problems
from aims_policy.server.auth import Keys, read_tokens
from aims_policy.server.deciding import Decider
from aims_policy.server.limits import Arrivals, Deadlines, Desk
from aims_policy.server.metrics import Metrics
from aims_policy.server.problems import Problem
from aims_policy.server.recording.frames import Opening
from aims_policy.server.recording.recorder import Recorder
from aims_policy.server.snapshot import Snapshot, load
from aims_policy.server.warming import warm
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.ledger import LedgerError, Record
    from aims_policy.server.settings import Settings
    from aims_policy.server.tls import RotatingTls

_FLUSH_SECONDS = 1.0
_LOGS_PER_FLUSH = 20
_BATCHES = 4
"""A batch takes as long as its client likes: so there is one at most for so many other requests."""

_ARRIVING = 16
"""Bodies of the largest size that may be half here."""


class Service:
    """Made when a worker starts, in its event loop."""

    def __init__(self, settings: Settings, tls: RotatingTls | None = None) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.desk = Desk(settings.limits.pending)
        self.batches = Desk(max(1, settings.limits.pending // _BATCHES))
        self.arrivals = Arrivals(_ARRIVING * settings.limits.body)
        self.deadlines = Deadlines()
        self.decider = Decider(self.deadlines)
        self.recorder: Recorder | None = None
        if settings.ledger:
            opening = Opening(settings.ledger, settings.keep_inputs, settings.mask)
            self.recorder = Recorder(opening, self._told)
        self.keys = _keys(settings)
        self.trouble: tuple[str, ...] = ()
        """Codes of what was wrong with the last reload; empty where it went well."""
        self._snapshot: Snapshot | None = None
        self._unrecorded = False
        self._tls = tls
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to load, and to watch for changes."""
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._tidy())]

    async def stop(self) -> None:
        """Finish what waits to be recorded."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self.recorder is not None:
            await self.recorder.close()
        self.decider.close()
        self.metrics.flush()

    @property
    def loaded(self) -> Snapshot | None:
        """What decides, once there is something."""
        return self._snapshot

    def snapshot(self) -> Snapshot:
        """What decides. Raises Problem until something was loaded."""
        if self._snapshot is None:
            raise Problem(503, "not-ready", "no policies are loaded yet", help="try again in a second")
        return self._snapshot

    async def record(self, records: tuple[Record, ...], request_id: str, until: float) -> tuple[str, ...]:
        """Into the ledger, if there is one, for a request; the ids of the entries.

        Raises LedgerError; then nothing is recorded. Raises TimeoutError after a moment of `Deadlines`.
        """
        if self.recorder is None or not records:
            return ()
        return await self.deadlines.watched(self.recorder.record(records, request_id), until)

    async def _follow(self) -> None:
        """Load, then look again and again whether anything has changed."""
        asked = self.settings
        policies = Changes(lambda: named(asked.workspace, asked.policies, asked.appetite))
        tokens = Changes(lambda: Watched((self.settings.token_file,)))
        tls = Changes(
            lambda: Watched((self.settings.tls_cert, self.settings.tls_key, self.settings.client_ca))
        )
        changed, day = True, ""
        await asyncio.to_thread(warm)
        while True:
            if changed:
                await self._reload()
                policies.accept(self._snapshot.files if self._snapshot is not None else ())
            if self.settings.token_file and await _settled(tokens):
                self._renew("tokens", self._read_tokens)
                tokens.accept()
            if self._tls is not None and await _settled(tls):
                self._renew("tls", self._tls.reload)
                tls.accept()
                day = ""
            day = self._tell_expiry(day)
            await asyncio.sleep(self.settings.reload_seconds)
            changed = await _settled(policies)

    async def _reload(self) -> None:
        """Compile aside, swap whole; what is wrong leaves the last good snapshot where it is."""
        generation = self._snapshot.generation + 1 if self._snapshot is not None else 1
        try:
            snapshot = await asyncio.to_thread(load, self.settings, generation)
        except (PolicyError, SourceError) as error:
            self.trouble = tuple(dict.fromkeys(d.code for d in error.diagnostics)) or ("unknown",)
            said = _placed(error.diagnostics)
            logs.write("reload", level="error", result="failure", problems=said, kept=self._digest())
            self.metrics.reloaded("bundle", well=False)
            return
        except Exception as error:  # a fault of ours must not end the watching
            self.trouble = ("internal-error",)
            logs.fault(error, "")
            self.metrics.reloaded("bundle", well=False)
            return
        self._snapshot, self.trouble = snapshot, ()
        self.metrics.loaded(snapshot)
        self.metrics.reloaded("bundle", well=True)
        bundle = snapshot.bundle
        logs.write(
            "reload",
            result="success",
            bundle=bundle.digest,
            rules=len(bundle.rules),
            assets=len(snapshot.inventory),
        )
        if warned := [d for d in snapshot.noticed if d.severity == "warning"]:
            logs.write("reload", level="warning", result="warned", problems=_placed(warned))

    def _renew(self, what: str, read: Callable[[], None]) -> None:
        try:
            read()
        except PolicyError as error:
            said = [f"{d.file}: {d.message}" for d in error.diagnostics]
            logs.write("renew", level="error", what=what, result="failure", problems=said)
            self.metrics.reloaded(what, well=False)
            return
        logs.write("renew", what=what, result="success")
        self.metrics.reloaded(what, well=True)

    def _tell_expiry(self, told: str) -> str:
        """Once a day, and for new ones, until when certificates hold; the day."""
        now = datetime.now(timezone.utc)
        if self._tls is not None and told != now.date().isoformat():
            for one in self._tls.expiries():
                self.metrics.expires(one.what, one.ends.timestamp())
                ends = one.ends.isoformat().replace("+00:00", "Z")
                logs.write("certificate", level=one.level(now), what=one.what, file=one.file, ends=ends)
        return now.date().isoformat()

    def _read_tokens(self) -> None:
        self.keys = _keys(self.settings)

    async def _tidy(self) -> None:
        """Write out, now and then, what was collected."""
        logs.collect(on=True)
        try:
            while True:
                for _ in range(_LOGS_PER_FLUSH):
                    await asyncio.sleep(_FLUSH_SECONDS / _LOGS_PER_FLUSH)
                    logs.flush()
                self.metrics.queue(self.desk.taken, self.desk.places)
                self.metrics.flush()
        finally:
            logs.collect(on=False)

    def _told(self, count: int, error: LedgerError | None) -> None:
        """How a batch went."""
        self.metrics.appended(count, well=error is None)
        if error is not None:
            wrong = error.diagnostic
            told = {"ledger": wrong.file, "code": wrong.code, "problem": wrong.message, "help": wrong.help}
            logs.write("ledger", level="error", result="failure", **told)
        elif self._unrecorded:
            logs.write("ledger", result="recovered")
        self._unrecorded = error is not None

    def _digest(self) -> str:
        return self._snapshot.bundle.digest if self._snapshot is not None else ""


def _placed(found: Sequence[Diagnostic]) -> list[str]:
    """A line on each, without what stands there: ``aims.yaml:4:3 unknown-field: `…` is not a field here (help)``."""
    said = []
    for diagnostic, place in zip(found, problems.places(found), strict=False):
        where = f"{diagnostic.file}:{place.line}:{place.column}" if place.line else diagnostic.file
        said.append(f"{where} {place.code}: {place.message}" + (f" ({place.help})" if place.help else ""))
    return said


async def _settled(changes: Changes) -> bool:
    return await asyncio.to_thread(changes.settled)


def _keys(settings: Settings) -> Keys:
    """Raises PolicyError where the token file cannot be used."""
    tokens = read_tokens(settings.token_file) if settings.token_file else frozenset()
    return Keys(tokens, bool(settings.client_ca), settings.open)


def facts(service: Service) -> dict[str, Any]:
    """What readiness tells: codes and digests, nothing of any file's content."""
    snapshot = service.loaded
    ledger = service.recorder
    # A ledger that could not be opened is tried again with every decision, so that it does not count here.
    return {
        "ready": snapshot is not None and (ledger is None or ledger.settled.is_set()),
        "bundle": snapshot.bundle.digest if snapshot is not None else None,
        "generation": snapshot.generation if snapshot is not None else 0,
        "reload": {"failing": bool(service.trouble), "problems": list(service.trouble)},
        "ledger": None
        if ledger is None
        else {
            "failing": ledger.trouble is not None,
            "problem": ledger.trouble.diagnostic.code if ledger.trouble else None,
        },
    }

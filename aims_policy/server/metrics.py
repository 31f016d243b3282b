"""What is measured, for Prometheus. Labels come from closed sets: no client can make up new ones."""

from __future__ import annotations

import os
from collections import Counter as Tally
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.server.snapshot import Snapshot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep their figures; set before this module is imported."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TALLIED = 256
_OUTCOMES = ("fail", "missing", "error")


# A time beside every counter, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call] # not annotated in the library


class _Tallied:
    """A decision, and how often it was the answer."""

    __slots__ = ("decision", "environment", "times")

    def __init__(self, decision: Decision, environment: str) -> None:
        self.decision = decision
        self.environment = environment
        self.times = 0


class Metrics:
    """The figures of one worker. Decisions are tallied and written out together: a decision has many controls."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        counter = partial(Counter, registry=self._registry)
        histogram = partial(Histogram, registry=self._registry, buckets=_BUCKETS)
        total = partial(Gauge, registry=self._registry, multiprocess_mode="livesum")
        highest = partial(Gauge, registry=self._registry, multiprocess_mode="livemax")
        soonest = partial(Gauge, registry=self._registry, multiprocess_mode="livemin")

        of_decisions = ["verdict", "environment"]
        of_controls = ["control", "outcome", "environment"]
        of_reviews = ["allowed", "reason", "environment"]
        self._decisions = counter("aims_decisions", "Decisions by verdict and environment", of_decisions)
        findings = "Findings that are no pass, by control, outcome and environment"
        self._controls = counter("aims_control_findings", findings, of_controls)
        self._admissions = counter("aims_admissions", "AdmissionReviews answered", of_reviews)
        self._requests = counter("aims_requests", "Requests by route and status", ["route", "status"])
        self._latency = histogram("aims_request_duration_seconds", "From headers to answer", ["route"])
        self._bundle = total("aims_bundle_info", "Workers that decide by a bundle", ["digest"])
        reloads = "Reloads of policies and certificates"
        self._reloads = counter("aims_reloads", reloads, ["what", "result"])
        self._stale = highest("aims_reload_failing", "1 while the last reload failed")
        ends = "When a certificate ends, in seconds since 1970"
        self._expires = soonest("aims_tls_expires_timestamp_seconds", ends, ["certificate"])
        self._pending = total("aims_queue_length", "Requests under way")
        self._places = total("aims_queue_limit", "Requests that may be")
        self._appended = counter("aims_ledger_decisions", "Decisions given to the ledger", ["result"])
        self._tally: dict[int, _Tallied] = {}  # by identity: many requests share one decision
        self._routes: dict[tuple[str, int], tuple[Counter, Histogram]] = {}  # looking labels up costs more
        self._reviews: Tally[tuple[bool, str, str]] = Tally()
        self._digest = ""

    def decided(self, decision: Decision, snapshot: Snapshot) -> None:
        """Count a decision. An environment that nobody configured counts as ``other``."""
        known = self._tally.get(id(decision))
        if known is None:
            if len(self._tally) > _TALLIED:
                self.flush()
            known = self._tally[id(decision)] = _Tallied(
                decision, self._environment(decision.environment, snapshot)
            )
        known.times += 1

    def reviewed(self, allowed: bool, reason: str, environment: str) -> None:
        """Count an answer to an AdmissionReview."""
        self._reviews[allowed, reason, environment] += 1

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = self._routes.get((route, status))
        if known is None:
            known = self._requests.labels(route, str(status)), self._latency.labels(route)
            self._routes[route, status] = known
        known[0].inc()
        known[1].observe(seconds)

    def loaded(self, snapshot: Snapshot) -> None:
        """Another bundle decides from now on."""
        if self._digest and self._digest != snapshot.bundle.digest:
            self._bundle.labels(self._digest).set(0)
        self._digest = snapshot.bundle.digest
        self._bundle.labels(self._digest).set(1)

    def reloaded(self, what: str, *, well: bool) -> None:
        """Count a reload of ``bundle``, ``tls`` or ``tokens``."""
        self._reloads.labels(what, "success" if well else "failure").inc()
        if what == "bundle":
            self._stale.set(0 if well else 1)

    def expires(self, certificate: str, moment: float) -> None:
        """When ``server`` or ``client-ca`` ends."""
        self._expires.labels(certificate).set(moment)

    def queue(self, taken: int, places: int) -> None:
        """How many requests are under way, and how many may be."""
        self._pending.set(taken)
        self._places.set(places)

    def appended(self, count: int, *, well: bool) -> None:
        """Decisions that the ledger took, or did not."""
        self._appended.labels("recorded" if well else "failed").inc(count)

    def flush(self) -> None:
        """Write out what was tallied."""
        reviews, self._reviews = self._reviews, Tally()
        for (allowed, reason, environment), times in reviews.items():
            self._admissions.labels("true" if allowed else "false", reason, environment).inc(times)
        tally, self._tally = self._tally, {}
        for known in tally.values():
            self._decisions.labels(known.decision.verdict, known.environment).inc(known.times)
            found = (f for f in known.decision.findings if f.outcome in _OUTCOMES)
            for (control, outcome), each in Tally((c, f.outcome) for f in found for c in f.controls).items():
                self._controls.labels(control, outcome, known.environment).inc(each * known.times)

    def text(self) -> bytes:
        """All figures, of all workers, in Prometheus's text format."""
        self.flush()
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        from prometheus_client.multiprocess import MultiProcessCollector

        _forget_the_dead(os.environ[SHARED_FOLDER])
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # not annotated in the library
        return generate_latest(registry)

    def _environment(self, environment: str, snapshot: Snapshot) -> str:
        return environment if snapshot.knows(environment) else "other"


def _forget_the_dead(folder: str) -> None:
    """Of a worker that was killed and replaced the gauges stay behind; they speak of nothing any longer."""
    from prometheus_client.multiprocess import mark_process_dead

    for file in Path(folder).glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not _is_alive(int(pid)):
            mark_process_dead(int(pid), folder)  # type: ignore[no-untyped-call] # not annotated in the library


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""``aims serve`` under load, beside an endpoint of the same stack that only sends back what it was sent.

``python -m benchmarks.serving``: 50 clients, each asking again as soon as it is answered; the whole shipped pack, a
ledger on disk, manifests that pass and that fail. Clients and servers share the machine's cores, in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import uvloop
import yaml

from benchmarks.figures import Figure, at_least, duration, table
from benchmarks.material import AT, EXAMPLE, cases, shipped_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENTS = 50
LEAST = 0.4
_DATE = re.compile(r"(?<!\d)(20\d\d)(-?)(\d\d)\2(\d\d)(?=T|(?!\d))")
_GROUP = "Serve AdmissionReviews, the pack and a ledger on, to 50 clients, against an endpoint that echoes"


class Effort(NamedTuple):
    """Seconds of one turn, and turns of each; requests over which memory is watched."""

    seconds: float
    turns: int
    watched: int


FULL = Effort(4.0, 5, 100_000)
QUICK = Effort(0.3, 1, 200)


class Server(NamedTuple):
    """A process, and where it listens."""

    pid: int
    url: str

    def cost(self) -> float:
        """Seconds of the processor that it and the processes it started have taken, all threads."""
        ticks = 0
        for pid in _family(self.pid):
            user, system = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
            ticks += int(user) + int(system)
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """KiB that it and the processes it started keep resident."""
        statuses = [Path(f"/proc/{pid}/status").read_text("utf-8").splitlines() for pid in _family(self.pid)]
        return sum(int(line.split()[1]) for lines in statuses for line in lines if line.startswith("VmRSS"))


class Turn(NamedTuple):
    """What came of one turn: answers each second, the times of answers, sorted, and the server's cost of one."""

    rate: float
    times: list[float]
    cost: float = 0.0

    def percentile(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short turn of each: shows that it runs")
    print(table(measure(QUICK if parser.parse_args().quick else FULL)))
    return 0


def measure(effort: Effort) -> list[Figure]:
    """Throughput and latency with manifests that come again and with new ones, and memory."""
    again, fresh = _bodies(), _bodies()
    with tempfile.TemporaryDirectory() as folder, _server(folder) as own, _echo() as echo:
        for bodies in (again, fresh):
            uvloop.run(_turn(own.url, bodies.again, effort.seconds / 2))
        uvloop.run(_turn(echo.url, again.again, effort.seconds / 2))
        return [
            *_compared("manifests that come again", own, echo, again.again, effort),
            *_compared("every manifest another", own, echo, fresh.fresh, effort),
            _memory(own, fresh.mixed, effort.watched),
        ]


def _compared(
    name: str, own: Server, echo: Server, body: Callable[[int], bytes], effort: Effort
) -> list[Figure]:
    turns = [
        (_costed(own, body, effort.seconds), _costed(echo, body, effort.seconds)) for _ in range(effort.turns)
    ]
    ours, theirs = [t[0] for t in turns], [t[1] for t in turns]
    ratio = median(a.rate / b.rate for a, b in turns)
    target, met = at_least(LEAST, ratio)
    rates = f"{median(t.rate for t in ours):,.0f}/s", f"{median(t.rate for t in theirs):,.0f}/s"
    figures = [Figure(_GROUP, f"{name}: throughput", *rates, ratio, target, met)]
    for share in (0.5, 0.99):
        a, b = median(t.percentile(share) for t in ours), median(t.percentile(share) for t in theirs)
        figures.append(Figure(_GROUP, f"{name}: p{share * 100:.0f}", duration(a), duration(b), a / b))
    a, b = median(t.cost for t in ours), median(t.cost for t in theirs)
    figures.append(Figure(_GROUP, f"{name}: processor time", duration(a), duration(b), a / max(b, 1e-9)))
    return figures


def _costed(server: Server, body: Callable[[int], bytes], seconds: float) -> Turn:
    before = server.cost()
    turn = uvloop.run(_turn(server.url, body, seconds))
    return turn._replace(cost=(server.cost() - before) / len(turn.times))


def _memory(own: Server, body: Callable[[int], bytes], requests: int) -> Figure:
    """Resident memory after twice as many requests, beside that after the first half."""
    uvloop.run(_turn(own.url, body, 3600, requests // 2))
    half = own.memory()
    uvloop.run(_turn(own.url, body, 3600, requests // 2))
    whole = own.memory()
    flat = whole < 1.05 * half
    return Figure(
        _GROUP,
        f"memory after {requests:,} requests, beside half as many",
        f"{whole / 1024:.0f} MB",
        f"{half / 1024:.0f} MB",
        whole / half,
        "flat",
        flat,
    )


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    started = (f.read_text("utf-8").split() for f in Path(f"/proc/{pid}/task").glob("*/children"))
    return [pid, *(own for listed in started for child in listed for own in _family(int(child)))]


class _Bodies(NamedTuple):
    """Reviews of manifests that pass and fail; by number, the same few in turn, each another, or one in 50."""

    parts: list[tuple[bytes, bytes, bytes]]

    def again(self, number: int) -> bytes:
        before, between, after = self.parts[number % len(self.parts)]
        return b"%s%012d%s%012d%s" % (before, number, between, 0, after)

    def fresh(self, number: int) -> bytes:
        before, between, after = self.parts[number % len(self.parts)]
        return b"%s%012d%s%012d%s" % (before, number, between, number, after)

    def mixed(self, number: int) -> bytes:
        turn = number // CLIENTS + number  # not always the same client
        return self.again(number) if turn % 50 else self.fresh(number)


def _bodies() -> _Bodies:
    """The example's model as an object under review, its dates moved so that today is the day it was written for."""
    parts = []
    for case in cases(shipped_pack())[:3]:
        value = _without_reports(json.loads(_today(case.text)))
        value["metadata"]["labels"] = {"build": "@BUILD@"}
        request = {
            "uid": "@NUMBER@",
            "kind": {"group": "aims", "version": "v1", "kind": "Model"},
            "name": "model",
            "namespace": "loans",
            "operation": "CREATE",
            "object": value,
        }
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
        before, _, rest = json.dumps(review).partition("@NUMBER@")
        between, _, after = rest.partition("@BUILD@")
        parts.append((before.encode(), between.encode(), after.encode()))
    return _Bodies(parts)


def _without_reports(value: dict[str, Any]) -> dict[str, Any]:
    """As it can be posted, without files: of a tier that takes figures at their word, and none left to a report."""
    spec = {name: section for name, section in value["spec"].items() if name != "evidence"}
    if "evaluation" in spec:
        given = [m for m in spec["evaluation"]["measurements"] if "value" in m]
        spec["evaluation"] = {**spec["evaluation"], "measurements": given}
    if "risk" in spec:
        spec["risk"] = {**spec["risk"], "tier": "limited"}
    return {**value, "spec": spec}


def _today(text: str) -> str:
    """The text with all its dates moved by as much as has passed since it was written."""
    by = datetime.now(timezone.utc).date() - AT.date()
    return _DATE.sub(lambda m: _moved(m, by), text)


def _moved(found: re.Match[str], by: timedelta) -> str:
    year, dash, month, day = found.groups()
    try:
        return (date(int(year), int(month), int(day)) + by).strftime(f"%Y{dash}%m{dash}%d")
    except ValueError:  # other digits
        return found[0]


def _write_workspace(folder: Path) -> None:
    """The example's, as if it had been written today, but that it holds no model to a tier that asks for files."""
    for file in sorted(f for f in EXAMPLE.parent.rglob("*") if f.is_file()):
        target = folder / file.relative_to(EXAMPLE.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_today(file.read_text("utf-8")), "utf-8")
    workspace = yaml.safe_load((folder / "aims.yaml").read_text("utf-8"))
    (folder / "aims.yaml").write_text(yaml.safe_dump({**workspace, "tiers": []}), "utf-8")


@contextmanager
def _server(folder: str) -> Iterator[Server]:
    _write_workspace(Path(folder))
    command = [
        sys.executable,
        "-m",
        "aims_policy",
        "serve",
        "-w",
        folder,
        "--port",
        "0",
        "--ledger",
        f"{folder}/db",
    ]
    with _process(command) as found:
        yield found


@contextmanager
def _echo() -> Iterator[Server]:
    with _process([sys.executable, "-m", "benchmarks.echo"]) as found:
        yield found


@contextmanager
def _process(command: list[str]) -> Iterator[Server]:
    """A server that says in a line of JSON on stderr where it listens; what else it says goes nowhere."""
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stderr=log) as process:
        try:
            yield Server(process.pid, _address(process, log))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _address(process: subprocess.Popen[bytes], log: Any) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        log.seek(0)
        text = log.read().decode()
        if '"reload"' in text or '"echo"' in text:
            return str(json.loads(text.splitlines()[0])["url"])
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


async def _turn(url: str, body: Callable[[int], bytes], seconds: float, requests: int = 0) -> Turn:
    """What 50 clients are answered in so many seconds, or until so many requests are answered."""
    end = time.perf_counter() + seconds
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(url, body, i, end, times, requests) for i in range(CLIENTS)))
    return Turn(len(times) / (time.perf_counter() - began), sorted(times))


async def _client(
    url: str, body: Callable[[int], bytes], first: int, end: float, times: list[float], most: int
) -> None:
    host, _, port = url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
    number = first + int(time.time() * 1000) % 10**8 * 100
    while time.perf_counter() < end and not (most and len(times) >= most):
        content = body(number)
        number += CLIENTS
        head = b"POST /k8s/validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        began = time.perf_counter()
        writer.write(head % len(content) + content)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode())
        length = answer.lower().index(b"content-length: ") + 16
        await reader.readexactly(int(answer[length : answer.index(b"\r", length)]))
        times.append(time.perf_counter() - began)
    writer.close()


if __name__ == "__main__":
    sys.exit(main())

"""Many manifests: is time linear and memory flat in their number? Each size runs in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING

from aims_policy.commands.terminal import failures
from aims_policy.decision.evaluate import evaluate
from aims_policy.manifest.read import read_data
from benchmarks.figures import Figure, duration
from benchmarks.material import AT, ENVIRONMENT, ROOT, alone, case, model_value, shipped_pack, without_half

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.policy.bundle import Bundle

_TOLERANCE = 1.25
"""Time for each manifest may differ by so much between the sizes, on a shared machine, and be called linear."""
_FLAT_BYTES = 2048
"""Growth for each manifest up to which memory is called flat: what the allocator keeps, not what we do."""


def measure(sizes: tuple[int, int]) -> list[Figure]:
    """Read and decided one after the other; and in the light of each other, as `aims evaluate FOLDER` does."""
    return [
        *_figures("one after the other", "stream", sizes),
        *_figures("a folder of them with `aims evaluate`, report as text", "text", sizes),
        *_figures("a folder of them with `aims evaluate`, report as JSON", "json", sizes),
    ]


def _figures(name: str, way: str, sizes: tuple[int, int]) -> list[Figure]:
    few, many = (_in_process(way, size) for size in sizes)
    group = f"Read and decide model manifests, {sizes[1]:,} against {sizes[0]:,}, {name}"
    growth = (many["peak"] - few["peak"]) / (sizes[1] - sizes[0])
    time_ratio, peak_ratio = many["each"] / few["each"], many["peak"] / few["peak"]
    return [
        Figure(
            group, "time for each manifest", duration(many["each"]), duration(few["each"]), time_ratio,
            "linear", time_ratio <= _TOLERANCE,
        ),
        Figure(
            group, f"peak memory ({growth / 1024:+.1f} KB for each more)", _megabytes(many["peak"]),
            _megabytes(few["peak"]), peak_ratio, "flat", growth <= _FLAT_BYTES,
        ),
    ]  # fmt: skip


def _in_process(way: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.many", way, str(size)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _child(way: str, size: int) -> dict[str, float]:
    """Seconds for each manifest, and the peak of resident memory in bytes."""
    run = partial(_stream, shipped_pack()) if way == "stream" else partial(_folder, way)
    run(20)  # what is made on first use is not counted
    # The processor's time: sizes are measured one after the other, and other work comes and goes.
    return {"each": run(size) / size, "peak": float(_peak())}


def _stream(bundle: Bundle, size: int) -> float:
    """Seconds of the processor."""
    start = process_time()
    context = case("complete", alone(model_value()), bundle).context
    for text in _texts(size):
        manifest = read_data(text, "model.json", bundle.shapes)[0]
        evaluate(manifest, bundle, environment=ENVIRONMENT, at=AT, context=context)
    return process_time() - start


def _folder(format_: str, size: int) -> float:
    """Seconds of the processor for the command; half of the manifests lack half of their sections."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, text in enumerate(_texts(size)):
            (folder / f"{number}.json").write_bytes(text)
        start = process_time()
        options = ["--policy", "iso42001", "--at", AT.isoformat(), "--format", format_, "-o", os.devnull]
        failures.run(["evaluate", name, "-e", ENVIRONMENT, *options])
        return process_time() - start


def _texts(size: int) -> Iterator[bytes]:
    """Manifests that differ by their name, every other one with half of the sections only."""
    value = alone(model_value())
    value["metadata"]["name"] = "NAME-OF-IT"
    templates = [json.dumps(v, indent=2) for v in (value, without_half(value))]
    for number in range(size):
        yield templates[number % 2].replace("NAME-OF-IT", f"scorer-{number}").encode()


def _peak() -> int:
    """Bytes. Linux says of this program alone; what `getrusage` says may be that of the parent before `exec`."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(found for found in status.read_text("ascii").splitlines() if found.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _megabytes(size: float) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


if __name__ == "__main__":
    print(json.dumps(_child(sys.argv[1], int(sys.argv[2]))))

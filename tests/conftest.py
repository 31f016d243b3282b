"""What all tests share: how examples are generated, and a cache of their own."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: shared machines stall. In continuous integration the examples are the same every time, so that a
# change is judged by what it changes; elsewhere they are new in every run, and find what nobody thought of.
settings.register_profile(
    "aims",
    deadline=None,
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("aims")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the cache of the user who runs it."""
    os.environ["AIMS_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """A shell's background jobs ignore interrupts, and so would every process that the tests start and interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler)

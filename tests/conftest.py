"""What all tests share: no deadline for generated examples (shared machines stall), and a cache of their own."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("aims", deadline=None, print_blob=True)
settings.load_profile("aims")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the cache of the user who runs it."""
    os.environ["AIMS_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))

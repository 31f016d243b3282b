from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.shape import shapes as native_shapes

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.fixture(scope="session")
def shapes() -> dict[str, Any]:
    return native_shapes()

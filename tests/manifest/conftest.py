from __future__ import annotations

from typing import Any

import pytest

from aims_policy.manifest.native.shape import shapes as native_shapes


@pytest.fixture(scope="session")
def shapes() -> dict[str, Any]:
    return native_shapes()

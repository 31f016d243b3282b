"""Names, types and evidence that the cases are about."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from aims_policy.language.types import (
    ANY,
    BOOLEAN,
    MOMENT,
    NUMBER,
    TEXT,
    Type,
    list_of,
    map_of,
    record,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)

_SOURCE = record("Source", {"name": TEXT, "digest": TEXT, "date": MOMENT, "size": NUMBER})
_MEASUREMENT = record("Measurement", {"metric": TEXT, "value": NUMBER, "group": TEXT})
SCOPE: dict[str, Type] = {
    "kind": TEXT,
    "metadata": record("Metadata", {"name": TEXT, "labels": map_of(TEXT, TEXT)}),
    "lifecycle": record("Lifecycle", {"stage": TEXT, "reviewed": BOOLEAN, "since": MOMENT}),
    "provenance": record("Provenance", {"sources": list_of(_SOURCE), "tags": list_of(TEXT)}),
    "fairness": record(
        "Fairness",
        {"measurements": list_of(_MEASUREMENT), "groups": list_of(TEXT), "score": NUMBER, "note": TEXT},
    ),
    "appetite": record("Appetite", {"score": record("Threshold", {"max": NUMBER, "min": NUMBER})}),
    "robustness": record("Robustness", {"score": NUMBER}),
    "extensions": record("Extensions", {"loose": ANY}),
}
NAMES: dict[str, Any] = {
    "kind": "Model",
    "metadata": {"name": "credit", "labels": {"team": "risk"}},
    "lifecycle": {
        "stage": "production",
        "reviewed": True,
        "since": datetime(2026, 1, 1, 6, 30, tzinfo=UTC),
    },
    "provenance": {
        "sources": (
            {"name": "a", "digest": "sha256:" + "ab" * 32, "size": Decimal(10)},
            {"name": "b", "size": Decimal(20)},
            {"name": "c", "digest": "", "size": Decimal(30)},
            {"name": "d", "size": Decimal(40)},
        ),
        "tags": ("x", "Y"),
    },
    "fairness": {
        "measurements": (
            {"metric": "dp", "value": Decimal("0.2"), "group": "f"},
            {"metric": "dp", "value": Decimal("0.3"), "group": "m"},
            {"metric": "eo", "group": "f"},
        ),
        "groups": ("f", "m"),
        "score": Decimal("0.23"),
        "note": "Bias was measured.",
    },
    "appetite": {"score": {"max": Decimal("0.10")}},
    "extensions": {"loose": Decimal(3)},
}

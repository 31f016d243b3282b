"""Did you mean."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.diagnostics import nearest

FIELDS = ["provenance", "preparation", "owner", "risk", "risk_owner", "intended_use", "id"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("provenence", "provenance"),
        ("provenacne", "provenance"),
        ("Owner", "owner"),
        ("onwer", "owner"),
        ("intended-use", "intended_use"),
        ("intendedUse", "intended_use"),
        ("rsik", "risk"),
        ("ids", "id"),
        ("weather", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_nearest(name: str, expected: str | None) -> None:
    assert nearest(name, FIELDS) == expected


def test_nothing_is_near_nothing() -> None:
    assert nearest("a", []) is None


def test_a_name_is_nearest_to_itself() -> None:
    assert nearest("risk", ["disk", "risk", "risk_owner"]) == "risk"


@given(st.text("abcdefgh_éß日", min_size=4, max_size=20), st.data())
def test_a_missing_letter_is_found(name: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(name) - 1))
    assert nearest(name[:index] + name[index + 1 :], [name]) == name


def test_thousands_of_candidates_take_no_time() -> None:
    candidates = [f"a_rather_long_field_name_{number}" for number in range(2000)]
    start = time.process_time()
    nearest("an_entirely_other_name_as_long", candidates)
    assert time.process_time() - start < 3

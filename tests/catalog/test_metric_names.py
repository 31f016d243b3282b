"""One name for each metric: whichever spelling a manifest has, what is asked of the metric finds it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.catalog.metrics import CANONICAL, METRICS, canonical
from aims_policy.language.builtins import get

spelled = st.sampled_from(sorted(METRICS)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.tuples(*(st.sampled_from([c, c.upper()]) if c != "_" else st.sampled_from("_- .") for c in name)),
        st.sampled_from(["", " ", "\t", "*"]),
    )
)


@given(spelled)
def test_no_spelling_of_a_metric_hides_a_result(given_: tuple[str, tuple[str, ...], str]) -> None:
    name, letters, edge = given_
    shown = f"{edge}{''.join(letters)}{edge}"
    assert canonical(shown) == name
    records = ({"metric": name, "value": Decimal(1)}, {"metric": shown, "value": Decimal(2)})
    assert get("measured").call(records, name) == (1, 2)


@given(st.text(max_size=40))
def test_a_canonical_name_is_its_own(name: str) -> None:
    assert canonical(canonical(name)) == canonical(name) == CANONICAL[name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("average_odds_difference", "equalized_odds_difference"),
        ("auc", "roc_auc"),
        ("label_parity_difference", "demographic_parity_difference"),
        ("recall@5", "recall@10"),
        ("precision", "precision of the control group"),
    ],
)
def test_what_is_not_the_same_stays_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_names_that_were_met_are_not_kept_without_bound() -> None:
    for number in range(5_000):
        assert CANONICAL[f"Metric {number}"] == f"metric_{number}"
    assert CANONICAL["x" * 10_000] == "x" * 10_000
    assert len(CANONICAL) <= 4_096 and all(len(name) <= 200 for name in CANONICAL)

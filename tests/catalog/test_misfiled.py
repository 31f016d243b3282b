"""Wrong ids, and what is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.catalog import (
    UnknownControlError,
    control,
    controls,
    misfiled,
    natural_key,
    nearest_control,
)


@pytest.mark.parametrize(
    ("cited", "text", "subject", "right"),
    [
        ("A.5.2", "Bias tests across groups", "bias and fairness tests", "A.6.2.4 A.7.4 A.5.4"),
        ("A.5", "Demographic  Parity within limits", "bias and fairness tests", "A.6.2.4 A.7.4 A.5.4"),
        ("A.8.3", "Explainability of outputs", "explainability", "A.6.2.7 A.8.2"),
        ("A.8", "SHAP values are reported", "explainability", "A.6.2.7 A.8.2"),
        ("A.10.2", "Adversarial testing", "adversarial tests", "A.6.2.4"),
        ("A.10.3", "Red-team results are on record", "adversarial tests", "A.6.2.4"),
        ("A.10.4", "Incidents are recorded", "incidents", "A.8.4 A.6.2.6"),
        ("A.8.3", "Reports to authorities", "reports to authorities", "A.8.5"),
        ("A.2.1", "", "an objective", "A.2.2 A.2.3 A.2.4"),
        ("A.6.2.1", "", "an objective", "A.6.2.2 A.6.2.3 A.6.2.4 A.6.2.5 A.6.2.6 A.6.2.7 A.6.2.8"),
        ("A.6.1", "", "an objective", "A.6.1.2 A.6.1.3"),
        ("A.10", "", "an objective", "A.10.2 A.10.3 A.10.4"),
        ("B.6.2.4", "", "guidance of Annex B", "A.6.2.4"),
        ("B.9.9", "", "guidance of Annex B", ""),
        ("C.2.4", "", "an entry of Annex C", "A.4.5 A.5.5"),
        ("A.5.3", "Segregation of duties", "segregation of duties", ""),
        ("A.5.5", "Contact with authorities.", "contact with authorities", ""),
    ],
)
def test_known_mistakes(cited: str, text: str, subject: str, right: str) -> None:
    found = misfiled(cited, text)
    assert found is not None
    assert (found.subject, found.cited, " ".join(found.right)) == (subject, cited, right)
    assert found.why
    assert set(found.right) <= set(controls())


def test_area_6_stands_for_both_its_objectives() -> None:
    found = misfiled("A.6")
    assert found is not None
    assert len(found.right) == 9


@pytest.mark.parametrize(
    ("cited", "text"),
    [
        ("A.5.4", "Fairness metrics within appetite"),
        ("A.6.2.4", "Bias tests, adversarial tests"),
        ("A.8.2", "Explainability is told to users"),
        ("A.8.4", "Incidents are communicated"),
        ("A.10.3", "Suppliers are assessed"),
        ("A.7.2", "Access control for training data"),
        ("A.99.1", ""),
        ("anything", "else"),
        ("", ""),
    ],
)
def test_what_is_not_wrong(cited: str, text: str) -> None:
    assert misfiled(cited, text) is None


@pytest.mark.parametrize("identifier", list(controls()))
def test_no_control_is_misfiled_under_its_own_title(identifier: str) -> None:
    assert misfiled(identifier, control(identifier).title) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.7.5", "A.7.5"),
        ("a-7-5", "A.7.5"),
        ("A7.5", "A.7.5"),
        ("7.5", "A.7.5"),
        ("Annex A 7.05", "A.7.5"),
        ("B.10.3", "A.10.3"),
        ("A.6.8", "A.6.2.8"),
        ("A.6.2.1", None),
        ("A.7", None),
        ("A.7.9", None),
        ("A.99", None),
        ("C.2.5", None),
        ("Data provenence", "A.7.5"),
        ("Suppliers", "A.10.3"),
        ("Processes for responsible design and development of AI systems", "A.6.1.3"),
        ("weather", None),
        ("", None),
        ("9" * 10_000, None),
    ],
)
def test_nearest_control(text: str, expected: str | None) -> None:
    assert nearest_control(text) == expected


def test_unknown_control() -> None:
    with pytest.raises(UnknownControlError) as caught:
        control("A.6.4")
    assert str(caught.value) == "`A.6.4` is not a control of Annex A; did you mean `A.6.2.4`?"
    with pytest.raises(KeyError, match=r"`A\.1` is not a control of Annex A$"):
        control("A.1")


@given(st.permutations(list(controls())))
def test_natural_key_orders_ids(shuffled: list[str]) -> None:
    assert sorted(shuffled, key=natural_key) == list(controls())


@given(st.lists(st.text(max_size=8)))
def test_natural_key_orders_any_text(texts: list[str]) -> None:
    sorted(texts, key=natural_key)


@given(st.text(max_size=30), st.text(max_size=30))
def test_anything_may_be_asked(cited: str, text: str) -> None:
    misfiled(cited, text)
    nearest_control(cited)

"""One person stays one person in whatever way the name is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.source.persons import same_person

OWNER = "Tomas Lindner"
DISGUISES = [
    "tomas lindner", "Tomas  Lindner", "Tomas\u00a0Lindner", " Tomas Lindner ", "T\u043emas Lindner", "Lindner, Tomas",
    "Tomas Lindner.", "Tomas\u200b Lindner", "\uff34omas Lindner", "Tom\u00e1s Lindner", "Dr. Tomas Lindner",
    "T. Lindner",
    "Tomas Lindner (Head of data science)", "Tomas Lindner <t@example.org>", "tomas.lindner@example.org",
]  # fmt: skip
OTHERS = [
    "Marta Novak",
    "Tina Lindner",
    "Tomas Lind",
    "Head of data science",
    "Thomas Lindner-Novak",
    "X",
    "?",
]


@pytest.mark.parametrize("spelling", DISGUISES)
def test_another_spelling_is_no_other_person(spelling):
    assert same_person(OWNER, spelling)


@pytest.mark.parametrize("other", OTHERS)
def test_other_people_are_others(other):
    assert not same_person(OWNER, other)


def test_names_in_another_script_are_told_apart():
    assert same_person("Анна Каренина", "анна  каренина")
    assert not same_person("Анна Каренина", "Лев Толстой")
    assert not same_person("王芳", "李娜")


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_order_of_the_two_does_not_matter(one, other):
    assert same_person(one, other) is same_person(other, one)
    assert same_person(one, one)
    assert same_person(one, f"  {one} ")

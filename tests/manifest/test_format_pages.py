"""The pages of the formats are what their readers do; `python -m tests.manifest.format_pages` writes them."""

from __future__ import annotations

import pytest

from tests.manifest.format_pages import PAGES, pages

MADE = pages()


@pytest.mark.parametrize("name", sorted(MADE))
def test_page_is_up_to_date_and_maps_something(name: str) -> None:
    assert (PAGES / name).read_text(encoding="utf-8") == MADE[name]
    assert name == "README.md" or "| in the file |" in MADE[name], f"no full sample of {name}"


def test_no_page_is_left_over() -> None:
    assert {p.name for p in PAGES.glob("*.md")} == set(MADE)

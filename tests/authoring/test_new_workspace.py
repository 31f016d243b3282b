"""A new workspace is written whole or not at all, and evaluates at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aims_policy.authoring.new_workspace import AlreadyThereError, create, starter_files
from aims_policy.source import read_file

FILES = starter_files("acme", date(2026, 6, 1))


def test_every_file_reads_and_no_placeholder_of_the_template_is_left() -> None:
    assert {"aims.yaml", "waivers.yaml", "policies/own.yaml", "inventory/model.yaml"} <= set(FILES)
    assert not any("@" in text for text in FILES.values())


def test_a_new_folder(tmp_path: Path) -> None:
    written = create(tmp_path / "a" / "b", FILES)
    assert all(read_file(path) for path in written)
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    (tmp_path / "aims.yaml").write_text("mine\n", encoding="utf-8")
    with pytest.raises(AlreadyThereError) as caught:
        create(tmp_path, FILES)
    assert caught.value.files == ("aims.yaml",)
    assert [p.name for p in tmp_path.iterdir()] == ["aims.yaml"]
    create(tmp_path, FILES, force=True)
    assert (tmp_path / "aims.yaml").read_text(encoding="utf-8") == FILES["aims.yaml"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        create(tmp_path / "new", {"a.yaml": "x", "a.yaml/b.yaml": "y"})
    assert list(tmp_path.iterdir()) == []

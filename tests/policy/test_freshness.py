"""Which changes of files are noticed, and when."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aims_policy.policy.freshness import Changes, Watched, named


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("workspace/aims.yaml", "workspace/policies/a.yaml", "elsewhere/report.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


def watching(folder: Path, *own: Path) -> Changes:
    return Changes(lambda: named(str(folder / "workspace")), map(str, own))


def noticed(changes: Changes) -> bool:
    """Whether there is something new, once it had time to come to rest."""
    return changes.settled() or changes.settled()


@pytest.mark.parametrize(
    "name", ["aims.yaml", "policies/b.yaml", "new/folder/m.json", "README.md", "tests.xml"]
)
def test_what_may_count_is_noticed_wherever_it_stands(folder: Path, name: str) -> None:
    changes = watching(folder)
    assert not noticed(changes)
    file = folder / "workspace" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    for write in (lambda: file.write_text("other"), file.unlink):
        write()
        assert noticed(changes)
        changes.accept()
        assert not noticed(changes)


@pytest.mark.parametrize("name", ["decisions.db", "audit.jsonl", ".aims/watch.json", "m.yaml.tmp", "s.json"])
def test_what_does_not_count_is_not(folder: Path, name: str) -> None:
    changes = watching(folder, folder / "workspace" / "s.json")
    file = folder / "workspace" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("other")
    assert not noticed(changes)


def test_a_file_that_is_still_written_is_waited_for(folder: Path) -> None:
    changes = watching(folder)
    for size in range(1, 4):
        (folder / "workspace" / "aims.yaml").write_text("x" * size * 10)
        assert not changes.settled()
    assert changes.settled()


def test_files_elsewhere_count_while_they_are_named(folder: Path) -> None:
    report = folder / "elsewhere" / "report.jsonl"
    changes = watching(folder)
    changes.accept([str(report)])
    assert not noticed(changes)
    report.write_text("another")
    assert noticed(changes)
    changes.accept([str(report)])
    report.unlink()
    assert noticed(changes)
    changes.accept()
    report.write_text("again")
    assert not noticed(changes)


def test_what_changes_between_the_look_and_its_acceptance_is_not_lost(folder: Path) -> None:
    report, policy = folder / "elsewhere" / "report.jsonl", folder / "workspace" / "policies" / "a.yaml"
    changes = watching(folder)
    changes.accept([str(report)])
    for late in (report, policy, folder / "workspace" / "late.yaml"):
        (folder / "workspace" / "aims.yaml").write_text(f"before {late.name}")
        assert noticed(changes)
        late.write_text("while it is read")
        changes.accept([str(report)])
        assert noticed(changes)
        changes.accept([str(report)])
        assert not noticed(changes)


def test_a_file_that_was_named_and_also_stands_in_the_folder_is_still_watched(folder: Path) -> None:
    policy = folder / "workspace" / "policies" / "a.yaml"
    changes = watching(folder)
    changes.accept([str(policy)])
    changes.accept()
    assert not noticed(changes)
    policy.write_text("another")
    assert noticed(changes)


def test_a_link_that_is_swapped_is_a_change(folder: Path) -> None:
    link = folder / "workspace" / "linked.yaml"
    for number in (1, 2):
        (folder / f"{number}.yaml").write_text("the same")
        os.utime(folder / f"{number}.yaml", (1, 1))
    link.symlink_to("../1.yaml")
    changes = Changes(lambda: Watched((str(link),)))
    link.unlink()
    link.symlink_to("../2.yaml")
    assert noticed(changes)


@pytest.mark.parametrize("given", ["workspace", "workspace/aims.yaml"])
def test_a_workspace_is_its_folder_however_it_is_named(folder: Path, given: str) -> None:
    found = named(str(folder / given), [str(folder / "elsewhere" / "report.jsonl"), "iso42001"], "default")
    assert found.folders == (str(folder / "workspace"),)
    assert found.files == (str(folder / "elsewhere" / "report.jsonl"),)

"""A scaffolded rule is right as it is: lint has nothing to say, and the tests beside it pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aims_policy.authoring.lint import lint
from aims_policy.authoring.new_rule import NoSuchFieldError, Wanted, kinds_with, new_rule
from aims_policy.authoring.rule_tests import run as run_tests
from aims_policy.manifest.native.shape import paths_of, shapes

SHAPES = shapes()


def askable() -> list[str]:
    """Fields that a rule can be begun with: of each sort, and each set of kinds that have them, one."""
    fields = dict.fromkeys(path for shape in SHAPES.values() for path in paths_of(shape) if path)
    found = {sort_of(field): field for field in fields if is_askable(field)}
    return list(found.values())


def sort_of(field: str) -> tuple[object, ...]:
    """Whether it is in a list, who has it, and what is asked of it."""
    files = new_rule(wanted(field, 1), SHAPES)
    [require] = [
        line.replace(field.rpartition("].")[2], "")
        for line in "".join(files.values()).splitlines()
        if "require:" in line
    ]
    return "[]" in field, kinds_with(field, SHAPES), require if "in [" not in require else "choice"


def is_askable(field: str) -> bool:
    try:
        return bool(kinds_with(field, SHAPES))
    except NoSuchFieldError:
        return False


def wanted(field: str, number: int) -> Wanted:
    return Wanted(
        f"OWN.{number}/begun",
        field,
        kinds_with(field, SHAPES),
        "low",
        f"{field} is given",
        "It matters to us.",
    )


def test_a_rule_can_be_begun_with_any_field(tmp_path: Path) -> None:
    fields = askable()
    assert len(fields) > 60
    for number, field in enumerate(fields, 1):
        for name, text in new_rule(wanted(field, number), SHAPES).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
    files = sorted(map(str, tmp_path.iterdir()))
    linted = lint([(file, False) for file in files])
    assert {(d.code, d.message[:60], d.source_line) for d in (*linted.policies, *linted.manifests)} == set()
    run = run_tests([file for file in files if file.endswith(".test.yaml")])
    assert [str(p) for p in run.problems] == []
    assert [(r.name, r.failure) for r in run.results if r.failure] == []
    assert not run.untested
    assert len({r.rule for r in run.results}) == len(fields)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("provenance.sorces", "Did you mean `provenance.sources`?"),
        ("provenance", "Name one of its fields, as `provenance."),
        ("metadata.name", "Every manifest has `metadata.name`"),
        ("kind", "Every manifest has `kind`"),
        ("provenance.signature.verified", "nothing that can be asked for by itself"),
        ("", "No kind of manifest has a field ``"),
    ],
)
def test_a_field_that_cannot_be_asked_for(field: str, said: str) -> None:
    with pytest.raises(NoSuchFieldError, match=re.escape(said)):
        kinds_with(field, SHAPES)

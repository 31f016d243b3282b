"""What is easily mistyped or met by accident: the command says what was meant, and never waits for ever."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.commands.conftest import GOOD


@pytest.mark.parametrize(
    ("given", "meant"), [("prodution", "production"), ("prod", "production"), ("dev", "development")]
)
def test_an_environment_that_looks_mistyped_is_told_and_decided_all_the_same(
    given: str, meant: str, aims: Any
) -> None:
    for command in (("evaluate",), ("explain", "t/owner"), ("watch", "--once")):
        ran = aims(*command, "-e", given)
        assert ran.code == 0, ran
        assert f"does not name the environment `{given}`" in ran.err
        assert f"Did you mean `{meant}`?" in ran.err


@pytest.mark.parametrize("environment", ["production", "staging", "emea-blue"])
def test_an_environment_of_ones_own_is_no_slip(environment: str, aims: Any) -> None:
    assert aims("evaluate", "-e", environment).err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("evaluate", "-e", " "), 2, "an environment has a name, as `production`"),
        (("evaluate", "--control", "a.7"), 2, "Did you mean `A.7`?"),
        (("evaluate", "--control", "a.7.4"), 2, "Did you mean `A.7.4`?"),
        (("evaluate", "--as", "mlflow"), 2, "Did you mean `mlflow-model`?"),
        (("evaluate", "inventroy"), 4, "did you mean `inventory`?"),
        (("evaluate", "inventory/loan.yaml"), 4, "did you mean `inventory/loans.yaml`?"),
        (("evaluate", "README.md", "inventory/loan.yaml"), 4, "did you mean `inventory/loans.yaml`?"),
        (("explain", "t/owner", "inventory/loan.yaml"), 4, "did you mean `inventory/loans.yaml`?"),
        (("lint", "policies/onw.yaml"), 4, "did you mean `policies/own.yaml`?"),
        (("evaluate", "nowhere/loans.yaml"), 4, "there is no folder `nowhere`"),
        (("evaluate", "aims.yaml"), 4, "what policy authors write, `aims lint` checks"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_the_help_names_what_was_meant(arguments: tuple[str, ...], code: int, said: str, aims: Any) -> None:
    ran = aims(*arguments)
    assert ran.code == code, ran
    assert said in (ran.out if arguments[0] == "lint" else ran.err)


def test_a_pipe_that_was_only_met_on_the_way_is_passed_over(aims: Any) -> None:
    for name in ("inventory/pipe.yaml", "policies/pipe.yaml"):
        os.mkfifo(aims.folder / name)
    before = aims.write("more/again.yaml", GOOD.replace("loans", "again"))
    (aims.folder / "more" / "zero.yaml").symlink_to("/dev/zero")
    for command in (("evaluate",), ("evaluate", "."), ("survey", "."), ("lint",)):
        assert aims(*command).code == 0, command
    assert before in aims("survey", "more", "--format", "json").out

"""What the documentation says to type can be typed: every command and option exists, and the README's first five
minutes run as they are written, in the workspace that `aims init` makes.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aims_policy.commands.terminal.group import aims
from tests.test_docs import PAGES, ROOT

CARD = "---\nlicense: mit\n---\n# Scorer\n\nScores applications.\n"
MANIFEST = "apiVersion: aims/v1\nkind: Model\nmetadata: {name: scorer}\nspec: {risk: {tier: limited}}\n"
CLARIFY = ROOT / "tests" / "manifest" / "formats" / "fairness-metrics" / "full" / "input.json"
JUNIT = '<testsuite name="tests" tests="1"><testcase classname="t" name="test_it"/></testsuite>\n'


def commands_of(text: str) -> Iterator[str]:
    """The commands in the shell blocks of a page, comments off, joined lines joined, each of several on its own."""
    for block in re.findall(r"^```(?:sh|console|bash)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\||;", line.removeprefix("$ ").partition(" #")[0]):
                if part.strip().startswith("aims ") and "<" not in part:
                    yield part.strip()


def of_help() -> Iterator[str]:
    for module in sorted((ROOT / "aims_policy" / "commands").glob("[!_]*.py")):
        command = importlib.import_module(f"aims_policy.commands.{module.stem}").command
        for one in (command, *getattr(command, "commands", {}).values()):
            for line in (one.help or "").splitlines():
                if line.strip().startswith("aims "):
                    yield re.split(r" {2,}|&&|\||>", line.strip())[0].strip()


def every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(aims)
    for name in aims.list_commands(context):  # type: ignore[attr-defined] # a group
        command = aims.get_command(context, name)  # type: ignore[attr-defined] # a group
        assert command is not None
        yield name, command
        yield from ((f"{name} {own}", one) for own, one in getattr(command, "commands", {}).items())


@pytest.mark.parametrize(("name", "command"), list(every_command()), ids=str)
def test_help_has_an_example_and_says_what_every_option_is_for(name: str, command: click.Command) -> None:
    assert f"aims {name}" in (command.help or ""), "an example"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"
            assert not parameter.envvar or parameter.show_envvar, f"{name} {parameter.name}"
    if " " not in name:
        assert "Exit codes: 0 pass" in command.get_help(click.Context(command))


WRITTEN = sorted(
    {c for page in PAGES for c in commands_of(page.read_text(encoding="utf-8"))} | set(of_help())
)


@pytest.mark.parametrize("written", WRITTEN)
def test_what_is_written_can_be_typed(written: str) -> None:
    """Parsed by the command line itself; only that a file is not there is no fault."""
    command: click.Command = aims
    words = shlex.split(written)[1:]
    context = click.Context(aims)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    try:
        command.make_context("aims", words)
    except click.exceptions.Exit as done:  # --help and --version
        assert done.exit_code == 0
    except click.BadParameter as error:
        assert "does not exist" in error.message, error.message


def test_the_first_five_minutes_of_the_readme(tmp_path: Path) -> None:
    """Line by line in a shell, but for the server, which would wait for requests: one decision is recorded instead."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Five minutes")[2]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line and not line.startswith("#")]
    assert lines.pop(0) == "aims init acme && cd acme"
    environment = {**os.environ, "AIMS_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    run = tmp_path / "bin" / "aims"
    run.parent.mkdir()
    run.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m aims_policy "$@"\n', encoding="utf-8")
    run.chmod(0o755)
    environment["PATH"] = f"{run.parent}{os.pathsep}{environment['PATH']}"
    assert typed("aims init acme", tmp_path, environment).returncode == 0
    folder = tmp_path / "acme"
    for name, content in (
        ("path/to/README.md", CARD),
        ("path/to/your/repository/README.md", CARD),
        ("model.yaml", MANIFEST),
        ("report.xml", JUNIT),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    shutil.copy(CLARIFY, folder / "clarify.json")
    recording = "aims evaluate inventory/model.yaml --ledger decisions.db"
    ran = [typed(recording if line.startswith("aims serve") else line, folder, environment) for line in lines]
    assert len(ran) >= 14
    for done in ran:
        assert done.returncode in (0, 1), f"{done.args}: {done.stderr}"
        assert "rror" not in done.stderr, f"{done.args}: {done.stderr}"


def typed(line: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["sh", "-c", "aims watch --once" if line == "aims watch" else line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    done.args = line
    return done

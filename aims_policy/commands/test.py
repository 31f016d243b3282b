"""``aims test``: run the tests of rules."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.failures import FAIL, PASS, POLICY, show_diagnostics

if TYPE_CHECKING:
    from aims_policy.authoring.rule_tests import Run


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@choices.workspace("Workspace that the policies belong to", default="the nearest")
@choices.appetite()
@choices.output_format("text", "json")
def command(paths: tuple[str, ...], workspace: str | None, appetite: str | None, format_: str) -> int:
    """Run the tests beside policies: each decides a manifest and compares the rule's outcome.

    PATH is a test file, a policy or a folder, by default the current one. Exit code 0 if all hold, 1 if
    one does not, 3 where a test or a policy is wrong so that tests could not run.

    \b
    aims test
    aims test policies/own.test.yaml
    """
    from aims_policy.authoring.rule_tests import run
    from aims_policy.commands.terminal.streams import write

    files = _files(paths or (".",))
    if not files:
        raise click.UsageError(
            "There are no rule tests here: they are named like `own.test.yaml`, beside `own.yaml`."
        )
    done = run(files, workspace=workspace, appetite=appetite)
    write(_json(done) if format_ == "json" else _text(done))
    show_diagnostics(done.problems)
    if done.problems:
        return POLICY
    return FAIL if any(r.failure is not None for r in done.results) or not done.results else PASS


def _files(paths: tuple[str, ...]) -> list[str]:
    import os

    from aims_policy.authoring.rule_tests import SUFFIXES
    from aims_policy.commands.terminal.gather import below

    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - as people named it
            found.update((f, None) for f in below(path) if f.endswith(SUFFIXES))
        elif path.endswith(SUFFIXES):
            found[path] = None
        else:
            stem, suffix = os.path.splitext(path)  # noqa: PTH122 - ditto
            found[f"{stem}.test{suffix or '.yaml'}"] = None
    return list(found)


def _text(done: Run) -> str:
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.diagnostics import render
    from aims_policy.reports.page.layout import hang, painter
    from aims_policy.reports.page.values import amount

    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    paint = painter(color)
    failures = [r.failure for r in done.results if r.failure is not None]
    lines = [render(f, color=color, width=width) for f in failures]
    ran = sum(1 for r in done.results if r.outcome != "unreadable")
    passed = ran - len(failures)
    if done.untested:
        lines += hang(
            f"{amount(len(done.untested), 'rule')} without a test:",
            ", ".join(done.untested),
            width,
            0,
            paint,
            "yellow",
        )
    summary = (
        f"{amount(ran, 'test')} of {amount(done.rules, 'rule')}: {passed} passed, {len(failures)} failed"
    )
    return "\n".join([*lines, paint("red" if failures else "green", summary), ""])


def _json(done: Run) -> str:
    from aims_policy.decision.plain import dumps
    from aims_policy.diagnostics import to_json

    plain = {
        "results": [
            {**r._asdict(), "failure": to_json(r.failure) if r.failure is not None else None}
            for r in done.results
        ],
        "untested": list(done.untested),
        "problems": [to_json(p) for p in done.problems],
    }
    return dumps(plain) + "\n"

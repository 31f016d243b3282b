"""``aims lint``: everything that is wrong or doubtful, at once."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.failures import MANIFEST, PASS, POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.authoring.lint import Linted
    from aims_policy.diagnostics import Diagnostic


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@choices.workspace(
    "Workspace whose appetite, rules and extensions hold", default="the one linted, else the nearest"
)
@choices.appetite()
@choices.output_format("text", "json")
@click.option("--checks", "list_checks", is_flag=True, help="List the checks for rules and what they mean.")
def command(
    paths: tuple[str, ...], workspace: str | None, appetite: str | None, format_: str, list_checks: bool
) -> int:
    """Check policies, appetite, waivers, workspace, rule tests and manifests; each file by its kind.

    PATH is a file or a folder, by default the workspace's folder or the current one. Warnings do not change the
    exit code: 0 without errors, 3 where something that authors write is wrong, 4 where only manifests are.

    \b
    aims lint
    aims lint policies/own.yaml waivers.yaml
    aims lint --checks
    """
    from aims_policy.commands.terminal.streams import write

    if list_checks:
        write(_checks())
        return PASS
    from aims_policy.authoring.lint import lint

    files = _files(paths, workspace)
    if not files:
        raise click.UsageError("There is nothing to lint here: no file is YAML, JSON or Markdown.")
    linted = lint(files, workspace=workspace, appetite=appetite)
    write(_json(linted) if format_ == "json" else _text(linted))
    if _errors(linted.policies):
        return POLICY
    return MANIFEST if _errors(linted.manifests) else PASS


def _files(paths: tuple[str, ...], workspace: str | None) -> list[tuple[str, bool]]:
    from aims_policy.commands.terminal.gather import below

    found: dict[str, bool] = {}
    for path in paths or (_default(workspace),):
        if os.path.isdir(path):  # noqa: PTH112 - kept as people named it, where pathlib would change it
            found.update((file, True) for file in below(path) if file not in found)
        else:
            found[path] = False
    return list(found.items())


def _default(workspace: str | None) -> str:
    """The folder of the workspace, else the current one; relative, so that diagnostics are short."""
    from pathlib import Path

    from aims_policy.policy.workspace import find_workspace

    root = Path(workspace) if workspace is not None else find_workspace()
    if root is None:
        return "."
    return os.path.relpath(root if os.path.isdir(root) else root.parent)  # noqa: PTH112 - no error where out of reach


def _text(linted: Linted) -> str:
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.diagnostics import count_line, in_order, render
    from aims_policy.reports.page.values import amount

    found = in_order([*linted.policies, *linted.manifests])
    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    blocks = [render(d, color=color, width=width) for d in found]
    looked = f"{amount(linted.policy_files, 'policy document')} and {amount(linted.manifest_files, 'manifest file')}"
    if linted.passed_over:
        looked += f" ({amount(len(linted.passed_over), 'other file')} passed over)"
    return "\n".join([*blocks, f"{count_line(found) or 'nothing to complain of'} in {looked}", ""])


def _json(linted: Linted) -> str:
    from aims_policy.decision.plain import dumps
    from aims_policy.diagnostics import to_json

    plain = {
        "policies": [to_json(d) for d in linted.policies],
        "manifests": [to_json(d) for d in linted.manifests],
        "files": {"policies": linted.policy_files, "manifests": linted.manifest_files},
        "passed_over": list(linted.passed_over),
    }
    return dumps(plain) + "\n"


def _checks() -> str:
    from aims_policy.authoring import checks
    from aims_policy.commands.terminal.streams import width_of
    from aims_policy.reports.page.layout import hang, painter

    paint = painter(False)
    lines = [
        line
        for n in checks.names()
        for line in hang(f"{n:<20}", checks.meaning(n), width_of(sys.stdout), 0, paint)
    ]
    return "\n".join([*lines, ""])


def _errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(d.severity == "error" for d in diagnostics)

"""``aims new``: files to begin with."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.policy.bundle import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.policy.bundle import Bundle


@click.group()
def command() -> None:
    """Write files to begin with.

    \b
    aims new rule OWN.2/sources-named --about "provenance.sources[].name"
    """


@command.command()
@click.argument("rule_id", metavar="RULE")
@click.option(
    "--about",
    "field",
    default="metadata.description",
    show_default=True,
    help="Field of a manifest that the rule asks for, as `intended_use.summary` or `approvals[].date`.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="Kind of manifest that is asked. Repeatable.  [default: all that have the field]",
)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="medium",
    show_default=True,
    help="How grave a finding is.",
)
@click.option("--title", help="What holds when the rule passes.  [default: the field is given]")
@click.option("--why", help="Why it matters, for whoever meets the finding.")
@choices.workspace("Folder or file of the workspace", default="the nearest")
@click.option(
    "--output-dir",
    type=choices.Place(file_okay=False),
    help="Folder to write into.  [default: `policies` in the workspace]",
)
@choices.output_format("text", "json")
def rule(
    rule_id: str,
    field: str,
    kinds: tuple[str, ...],
    severity: str,
    title: str | None,
    why: str | None,
    workspace: str | None,
    output_dir: str | None,
    format_: str,
) -> int:
    """Write a rule with its tests. It asks for one field, and passes `aims lint` and `aims test` as it is.

    RULE is a control and a slug: A.7.5/sources-named, or OWN.2/sources-named for a control of your own.

    \b
    aims new rule A.7.5/sources-named --about "provenance.sources[].name" --severity high
    aims new rule OWN.2/cost-center --about metadata.labels --kind Model
    """
    from aims_policy.authoring.new_rule import NoSuchFieldError, Wanted, new_rule
    from aims_policy.commands.terminal.streams import write
    from aims_policy.decision.plain import dumps

    bundle = choices.load(choices.Sources(workspace))
    _check_id(rule_id, bundle)
    try:
        asked = _kinds(field, kinds, bundle)
        said = (title or f"{field} is given", why or _why(rule_id, bundle))
        files = new_rule(Wanted(rule_id, field, asked, severity, *said), bundle.shapes)
    except NoSuchFieldError as error:
        raise click.BadParameter(str(error), param_hint="--about") from None
    written = _written(Path(output_dir or os.path.join(bundle.root, "policies")), files)  # noqa: PTH118 - "" is here
    if format_ == "json":
        write(dumps({"rule": rule_id, "files": written}) + "\n")
    else:
        write(_next(rule_id, written, bundle))
    return 0


def _check_id(rule_id: str, bundle: Bundle) -> None:
    from aims_policy.authoring.new_rule import RULE_ID
    from aims_policy.diagnostics import nearest, safe

    shown = safe(rule_id[:80])
    if RULE_ID.fullmatch(rule_id) is None:
        raise click.BadParameter(
            f"`{shown}` is no id of a rule: it is a control and a slug, as A.7.5/sources-named.",
            param_hint="RULE",
        )
    twin = bundle.rule(rule_id)
    if twin is not None:
        raise click.BadParameter(
            f"`{shown}` exists already: {safe(twin.file)}:{twin.line}.", param_hint="RULE"
        )
    control = rule_id.partition("/")[0]
    if control.startswith("A.") and control not in bundle.control_titles:
        likely = nearest(control, bundle.control_titles)
        hint = f" Did you mean `{likely}`?" if likely else " `aims controls` lists them."
        raise click.BadParameter(f"Annex A has no control `{safe(control)}`.{hint}", param_hint="RULE")


def _kinds(field: str, kinds: Sequence[str], bundle: Bundle) -> tuple[str, ...]:
    from aims_policy.authoring.new_rule import NoSuchFieldError, kinds_with

    having = kinds_with(field, bundle.shapes)
    asked = [_kind(kind, bundle) for kind in kinds]
    without = [kind for kind in asked if kind not in having]
    if without:
        raise NoSuchFieldError(f"{without[0]} has no field `{field}`; {', '.join(having)} {_have(having)}.")
    return tuple(dict.fromkeys(asked)) or having


def _kind(written: str, bundle: Bundle) -> str:
    """The kind of manifest, in whichever case it is written."""
    from aims_policy.diagnostics import nearest, safe

    known = {kind.casefold(): kind for kind in bundle.shapes}
    if written.casefold() in known:
        return known[written.casefold()]
    likely = nearest(written, bundle.shapes)
    hint = f"Did you mean `{likely}`?" if likely else f"There are {', '.join(bundle.shapes)}."
    raise click.BadParameter(f"`{safe(written)}` is no kind of manifest. {hint}", param_hint="--kind")


def _have(kinds: Sequence[str]) -> str:
    return "has" if len(kinds) == 1 else "have"


def _why(rule_id: str, bundle: Bundle) -> str:
    control = rule_id.partition("/")[0]
    title = bundle.control_titles.get(control)
    return f"Without it {control}{f' ({title})' if title else ''} cannot be shown."


def _written(folder: Path, files: dict[str, str]) -> list[str]:
    from aims_policy.authoring.new_workspace import AlreadyThereError, create
    from aims_policy.diagnostics import reason_of, safe

    try:
        return [str(path) for path in create(folder, files)]
    except AlreadyThereError as error:
        message = f"`{safe(str(folder))}` already has {', '.join(error.files)}; nothing was written."
        raise click.UsageError(message) from None
    except OSError as error:
        raise click.UsageError(f"cannot write into `{safe(str(folder))}`: {reason_of(error)}") from None


def _next(rule_id: str, written: Sequence[str], bundle: Bundle) -> str:
    """What was written, and what to do next."""
    from aims_policy.diagnostics import safe

    lines = ["Written:", *(f"  {safe(path)}" for path in written), ""]
    folder = os.path.dirname(os.path.realpath(written[0]))  # noqa: PTH120 - one form of path, as in bundles
    known = {os.path.dirname(os.path.realpath(file)) for file in bundle.files}  # noqa: PTH120
    if folder not in known and bundle.inventory:
        lines += [f"Name the folder in aims.yaml, under `policies`: {safe(folder)}", ""]
    lines += [
        "Next:",
        f"  change `require` in {safe(os.path.basename(written[0]))} to what is really asked",  # noqa: PTH119
        "  aims lint && aims test   check it",
        f"  aims explain {rule_id}",
    ]
    return "\n".join(lines) + "\n"

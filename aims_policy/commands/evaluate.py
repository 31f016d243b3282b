"""``aims evaluate``: decide manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aims_policy.catalog.identifiers import is_below
from aims_policy.commands.terminal import choices, evidence
from aims_policy.commands.terminal import outputs as reporting
from aims_policy.commands.terminal.leftover import tell_unread
from aims_policy.commands.terminal.recording import Recording, record, recording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.commands.terminal.gather import Gathered
    from aims_policy.commands.terminal.outputs import Output
    from aims_policy.commands.terminal.spool import Spool
    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.bundle import Bundle
    from aims_policy.reports import View


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@choices.environment()
@choices.time_of_decision()
@choices.sources()
@reporting.options()
@click.option(
    "--show",
    type=click.Choice(["failing", "all"]),
    default="failing",
    show_default=True,
    help="Findings to show.",
)
@click.option(
    "--control",
    "controls",
    multiple=True,
    help="Show only findings of this control, as A.7.5 or A.7. Repeatable. The verdict stays that of all.",
)
@click.option("--as", "as_format", help="Format of the manifests, instead of telling it by their content.")
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Also list, on stderr, the fields of foreign files that no evidence is made from.",
)
@recording
@evidence.options()
def command(
    paths: tuple[str, ...],
    environment: str,
    at: datetime | None,
    sources: choices.Sources,
    reports: reporting.Wanted,
    show: str,
    controls: tuple[str, ...],
    as_format: str | None,
    verbose: bool,
    recording: Recording | None,
    besides: evidence.Besides,
) -> int:
    """Decide manifests: does each show what the rules and the risk appetite ask for?

    PATH is a manifest, a folder of them, or `-` for stdin; without any, the workspace's inventory is decided.
    Exit code 0 if all pass, 1 if any fails, 3 if a policy is wrong, 4 if a manifest cannot be read (the others
    are decided all the same).

    \b
    aims evaluate model.yaml
    aims evaluate model.yaml -e staging --at 2026-06-01
    aims evaluate inventory/ --format json -o decisions.json
    aims evaluate inventory/ -o sarif:aims.sarif -o markdown:comment.md
    aims evaluate model.yaml --control A.7 --show all
    aims evaluate model.yaml --ledger decisions.db
    aims evaluate model.yaml --evidence clarify.json --evidence report.xml
    aims evaluate model.yaml --signature model.sig --artifact model/ --public-key key.pem
    curl -s https://example.org/model.json | aims evaluate -
    """
    from aims_policy.commands.terminal import gather
    from aims_policy.commands.terminal.failures import FAIL, MANIFEST, PASS, show_diagnostics
    from aims_policy.decision.twice import given_twice

    choices.check_format(as_format)
    planned = reporting.plan(reports)
    bundle = choices.load(sources)
    choices.check_environment(environment, bundle)
    _check_controls(controls, bundle)
    found = _submitted(paths, bundle, as_format)
    at = choices.moment_or_now(at)
    found = evidence.add(found, besides, bundle, at)
    others = gather.inventory(bundle, found.files)
    problems = [*found.problems, *others.problems]
    shared = [warning for read in (found, others) for warning in given_twice(read.manifests, read.ids)]
    decisions, all_pass = _decided(found, others, bundle, environment, at, show == "all")
    if recording is not None and decisions:
        record(recording, decisions, found.manifests, others.manifests, bundle, environment)
    if not decisions:  # nothing for a person to read but the diagnostics below
        planned = [p for p in planned if p != ("text", reporting.STDOUT)]
    try:
        _write(planned, decisions, _view(problems, shared, bundle, reports.root, show, controls))
    finally:
        show_diagnostics([*problems, *shared])
        if verbose:
            tell_unread(found.manifests)
    if problems:
        return MANIFEST
    return PASS if all_pass else FAIL


def _submitted(paths: Sequence[str], bundle: Bundle, as_format: str | None) -> Gathered:
    """What the paths name; without any, the inventory."""
    from aims_policy.commands.terminal import gather

    found = gather.gather(paths or bundle.inventory, bundle, as_format)
    gather.tell_passed_over(found.passed_over)
    if not found.manifests and not found.problems:
        raise click.UsageError(
            gather.nothing_found(paths, "to decide")
            if paths
            else "Name a manifest: there is no workspace with an inventory here."
        )
    return found


def _decided(
    found: Gathered, others: Gathered, bundle: Bundle, environment: str, at: datetime, passes: bool
) -> tuple[Spool[Decision], bool]:
    """The decisions, and whether all are a pass."""
    from aims_policy.commands.terminal.spool import decisions
    from aims_policy.commands.terminal.streams import progress
    from aims_policy.decision import decide

    kept, all_pass = decisions(), True
    decided = decide(
        found.manifests,
        bundle,
        environment=environment,
        at=at,
        inventory=others.manifests,
        evidence_of_passes=passes,
        progress=progress(len(found.manifests)),
    )
    for _, decision in decided:
        kept.append(decision)
        all_pass = all_pass and decision.verdict == "pass"
    return kept, all_pass


def _write(planned: Sequence[Output], decisions: Sequence[Decision], view: View) -> None:
    from aims_policy.reports import pieces

    reporting.write_all(planned, lambda name, mine: pieces(name, decisions, mine), view)


def _view(
    problems: Sequence[Diagnostic],
    warnings: Sequence[Diagnostic],
    bundle: Bundle,
    root: str | None,
    show: str,
    controls: tuple[str, ...],
) -> View:
    import os

    from aims_policy.reports import View

    here = os.getcwd()  # noqa: PTH109 - hot: pathlib is not imported for this
    return View(
        show=show,
        controls=controls,
        titles=bundle.control_titles,
        problems=tuple(problems),
        warnings=tuple(warnings),
        root=os.path.realpath(os.path.join(here, root or "")),  # noqa: PTH118 - hot
        here=here,
        sources=bundle.files,
    )


def _check_controls(controls: Sequence[str], bundle: Bundle) -> None:
    """A filter that no rule answers to is a mistake, not an empty report."""
    known = {c for r in bundle.rules for c in r.controls} | set(bundle.control_titles)
    for wanted in controls:
        if not any(is_below(one, wanted) for one in known):
            from aims_policy.diagnostics import nearest, safe

            upper = wanted.upper()
            guess = upper if any(is_below(one, upper) for one in known) else nearest(wanted, known)
            hint = f" Did you mean `{guess}`?" if guess else " `aims controls` lists them."
            raise click.BadParameter(f"`{safe(wanted)}` is no control.{hint}", param_hint="--control")

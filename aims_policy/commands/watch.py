"""``aims watch``: decide an inventory again and again, and tell what flipped."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.bundle import Bundle
    from aims_policy.policy.freshness import Changes as FileChanges
    from aims_policy.watching.compare import Changes
    from aims_policy.watching.snapshot import Snapshot


class Watch(NamedTuple):
    """What one run of the command was asked for."""

    sources: choices.Sources
    environment: str
    state: str | None
    format: str
    webhook: str | None
    secret: bytes


@click.command()
@choices.environment()
@choices.sources()
@click.option("--once", is_flag=True, help="Look once, compare with the last time, and end: for cron and CI.")
@click.option(
    "--every",
    type=choices.Duration(),
    default="1h",
    show_default=True,
    help="Look at least so often, as 90s, 15m, 6h or 1d: evidence grows old without any file changing.",
)
@click.option(
    "--on-change/--no-on-change",
    default=True,
    show_default=True,
    help="Look also as soon as a policy, the appetite, a waiver or a manifest is written.",
)
@click.option(
    "--at",
    type=choices.Moment(),
    help="With --once: look as of this time, so as to see what will lapse by then. Nothing is remembered.",
)
@click.option(
    "--state",
    type=choices.Place(dir_okay=False),
    help="File that remembers the last look.  [default: .aims/watch-ENVIRONMENT.json in the workspace]",
)
@click.option("--webhook", metavar="URL", help="POST the report there, as JSON, whenever something flipped.")
@click.option(
    "--webhook-secret",
    type=click.Path(dir_okay=False, exists=True),
    help="File with the secret that signs what is posted (HMAC-SHA256, header X-Aims-Signature-256).",
)
@choices.output_format("text", "json")
def command(
    environment: str,
    sources: choices.Sources,
    once: bool,
    every: int,
    on_change: bool,
    at: datetime | None,
    state: str | None,
    webhook: str | None,
    webhook_secret: str | None,
    format_: str,
) -> int:
    """Decide the workspace's inventory again and again, and tell what flipped since the last time.

    Which asset fails that passed, which finding came or went, and why: its manifest changed, a policy or the
    appetite did, an asset that it is built from did, or nothing but the date, as when a review lapses.
    The last look is kept in a file. What a webhook could not be told is reported again the next time.

    With --once: exit code 0 if nothing got worse, 1 if an asset fails that did not, 4 if a manifest cannot be
    read. As JSON each look is one line.

    \b
    aims watch                                  # until Ctrl-C; every hour and on every change
    aims watch --once -e production             # from cron
    aims watch --once --at 2027-03-01           # what will have lapsed by March?
    aims watch --webhook https://chat.example.org/hook --webhook-secret secret.txt
    """
    _check(webhook, webhook_secret, at, once)
    asked = Watch(sources, environment, state, format_, webhook, _secret(webhook_secret))
    if once:
        return _once(asked, at)
    return _forever(asked, every, on_change)


def _check(webhook: str | None, secret: str | None, at: datetime | None, once: bool) -> None:
    from aims_policy.watching.webhook import wrong_address

    if webhook is not None and (reason := wrong_address(webhook)):
        raise click.BadParameter(
            f"This is no address that can be posted to: {reason}.", param_hint="--webhook"
        )
    if secret is not None and webhook is None:
        raise click.UsageError("--webhook-secret signs what --webhook posts, and there is no --webhook.")
    if at is not None and not once:
        raise click.UsageError("--at is one look at another time; say --once with it.")


def _secret(file: str | None) -> bytes:
    from pathlib import Path

    from aims_policy.diagnostics import reason_of

    if file is None:
        return b""
    try:
        secret = Path(file).read_bytes().strip()
    except OSError as error:
        raise click.BadParameter(
            f"It cannot be read: {reason_of(error)}.", param_hint="--webhook-secret"
        ) from None
    if not secret:
        raise click.BadParameter("The file is empty.", param_hint="--webhook-secret")
    return secret


def _once(asked: Watch, at: datetime | None) -> int:
    from aims_policy.commands.terminal.failures import FAIL, INTERNAL, MANIFEST, PASS, show_diagnostics

    bundle = _bundle(asked)
    choices.check_environment(asked.environment, bundle)
    changes, problems, _ = _look(asked, bundle, at)
    untold = _tell(asked, changes, bundle, remembered=at is None)
    show_diagnostics([*problems, *untold])
    if problems:
        return MANIFEST
    if changes.worse:
        return FAIL
    return INTERNAL if untold else PASS


def _forever(asked: Watch, every: int, on_change: bool) -> int:
    """Ends with Ctrl-C. What is wrong is said, and the files are watched until it is mended."""
    from aims_policy.commands.terminal.failures import show_diagnostics
    from aims_policy.commands.terminal.occasions import occasions
    from aims_policy.policy.errors import PolicyError
    from aims_policy.policy.freshness import parts

    bundle = _bundle(asked)
    choices.check_environment(asked.environment, bundle)
    _recalled(asked, bundle)  # a wrong state file ends the command here, and not an hour from now
    files: set[str] = set()
    written = _changes(asked, bundle) if on_change else None
    for _ in occasions(written, files, every):
        try:
            bundle = _bundle(asked)
        except PolicyError as error:
            show_diagnostics(error.diagnostics)
            continue
        changes, problems, evidence = _look(asked, bundle, None)
        if not problems:  # else what was evidence before may be what has to be mended
            files.clear()
        files |= parts(bundle).union(evidence)
        show_diagnostics([*problems, *_tell(asked, changes, bundle, remembered=True)])
    return 0


def _changes(asked: Watch, bundle: Bundle) -> FileChanges:
    """Notices what is written in the workspace, but for what this command writes there itself."""
    from aims_policy.commands.terminal.occasions import redirected
    from aims_policy.policy.freshness import Changes, named

    workspace = asked.sources.workspace or bundle.root
    own = [_state_file(asked, bundle), *redirected(bundle.root)]
    return Changes(lambda: named(workspace, asked.sources.policies, asked.sources.appetite), own)


def _bundle(asked: Watch) -> Bundle:
    bundle = choices.load(asked.sources)
    if not bundle.inventory:
        raise click.UsageError("There is no workspace with an inventory here; `aims init` makes one.")
    return bundle


def _look(
    asked: Watch, bundle: Bundle, at: datetime | None
) -> tuple[Changes, list[Diagnostic], Sequence[str]]:
    """What is other than the last time, what cannot be read, and the files of evidence that were read."""
    from aims_policy.commands.terminal.gather import inventory
    from aims_policy.decision import decide
    from aims_policy.watching.compare import compare
    from aims_policy.watching.snapshot import snapshot

    moment = choices.moment_or_now(at)
    found = inventory(bundle, [])
    decided = decide(found.manifests, bundle, environment=asked.environment, at=moment)
    now = snapshot(
        (decision for _, decision in decided),
        found.problems,
        bundle=bundle,
        environment=asked.environment,
        at=moment,
    )
    return compare(_recalled(asked, bundle), now), found.problems, found.evidence


def _tell(asked: Watch, changes: Changes, bundle: Bundle, *, remembered: bool) -> list[Diagnostic]:
    """To stdout and the webhook, then into the state: what could not be told is not remembered, and told again."""
    from aims_policy.commands.terminal.streams import write

    write(_text(asked, changes))
    if asked.webhook is not None and changes.since and not changes.nothing:
        failed = _posted(asked.webhook, changes, asked.secret)
        if failed is not None:
            return [failed]
    return _remembered(_state_file(asked, bundle), changes.now) if remembered else []


def _text(asked: Watch, changes: Changes) -> str:
    from aims_policy.commands.terminal.streams import wants_color

    if asked.format == "json":
        return f"{_line(changes)}\n"
    from aims_policy.watching.page import page

    return page(changes, color=wants_color(sys.stdout))


def _line(changes: Changes) -> str:
    import json

    from aims_policy.watching.document import document

    return json.dumps(document(changes))


def _posted(url: str, changes: Changes, secret: bytes) -> Diagnostic | None:
    from aims_policy.watching.webhook import send

    return send(url, _line(changes).encode(), secret=secret)


def _recalled(asked: Watch, bundle: Bundle) -> Snapshot | None:
    from aims_policy.watching.memory import MemoryFileError, recall

    file = _state_file(asked, bundle)
    try:
        found = recall(file)
    except MemoryFileError as fault:
        _refuse(fault.diagnostic)
    if found is not None and found.environment != asked.environment:
        message = f"it remembers `{found.environment}`, and this looks at `{asked.environment}`"
        raise click.BadParameter(f"{message}; name another file.", param_hint="--state")
    return found


def _remembered(file: str, now: Snapshot) -> list[Diagnostic]:
    from aims_policy.watching.memory import MemoryFileError, remember

    try:
        remember(file, now)
    except MemoryFileError as fault:
        return [fault.diagnostic]
    return []


def _refuse(diagnostic: Diagnostic) -> NoReturn:
    from aims_policy.diagnostics import render

    raise click.UsageError(render(diagnostic))


def _state_file(asked: Watch, bundle: Bundle) -> str:
    from urllib.parse import quote

    if asked.state is not None:
        return asked.state
    name = f"watch-{quote(asked.environment, safe='')}.json"
    return os.path.join(bundle.root, ".aims", name)  # noqa: PTH118 - one path, as elsewhere in this command

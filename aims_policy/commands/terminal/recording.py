"""Recording what a command decided, before it says so."""

from __future__ import annotations

from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.ledger import Record
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

_TOGETHER = 200
"""Decisions recorded in one transaction."""


class Recording(NamedTuple):
    """Where decisions are recorded, and what is kept of their inputs."""

    ledger: str
    keep_inputs: bool
    mask: tuple[str, ...]


def recording(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--ledger``, ``--keep-inputs`` and ``--mask``, as one argument ``recording``; None where there is no ledger."""

    @wraps(function)
    def recorded(
        *args: Any, ledger: str | None, keep_inputs: bool, mask: tuple[str, ...], **kwargs: Any
    ) -> Any:
        wanted = Recording(ledger, keep_inputs, mask) if ledger is not None else None
        if wanted is None and (keep_inputs or mask) and not _from_environment():
            raise click.UsageError("`--keep-inputs` and `--mask` say how to record: name a `--ledger`.")
        return function(*args, recording=wanted, **kwargs)

    options = (
        choices.ledger("Record the decisions in this ledger before they are shown:"),
        click.option(
            "--keep-inputs",
            is_flag=True,
            envvar="AIMS_LEDGER_KEEP_INPUTS",
            show_envvar=True,
            help="Record the manifests, too, and not their digests only.",
        ),
        click.option(
            "--mask",
            multiple=True,
            envvar="AIMS_LEDGER_MASK",
            show_envvar=True,
            metavar="POINTER",
            help="JSON pointer of a value that is never recorded, as /spec/contact/email. Repeatable.",
        ),
    )
    command: Callable[..., Any] = recorded
    for option in reversed(options):
        command = option(command)
    return command


def record(
    wanted: Recording,
    decisions: Sequence[Decision],
    manifests: Sequence[Manifest],
    inventory: Sequence[Manifest],
    bundle: Bundle,
    environment: str,
) -> None:
    """Append the decisions on the manifests.

    Raises LedgerError where this cannot be done and the environment is one that can deny: there, what is not on
    record does not pass. Elsewhere it is a warning.
    """
    from aims_policy.commands.terminal.failures import show_diagnostics
    from aims_policy.ledger import LedgerError, open_ledger
    from aims_policy.ledger.masking import alarms

    alarmed: list[Diagnostic] = []
    try:
        with open_ledger(wanted.ledger, keep_inputs=wanted.keep_inputs, mask=wanted.mask) as ledger:
            for records in _records(decisions, manifests, inventory):
                alarmed += alarms(ledger.append(records))
    except LedgerError as error:
        found = error.diagnostic
        if not bundle.appetite.can_deny(environment):
            show_diagnostics([found._replace(severity="warning")])
            return
        message = f"{found.message}; nothing is decided for `{environment}` that is not on record"
        raise LedgerError(found._replace(message=message), transient=error.transient) from None
    finally:  # of what was recorded before, too
        show_diagnostics(alarmed)


def _records(
    decisions: Sequence[Decision], manifests: Sequence[Manifest], inventory: Sequence[Manifest]
) -> Iterator[list[Record]]:
    """The records, so many at a time that they fit into memory however many manifests there are."""
    from aims_policy.ledger import Record
    from aims_policy.ledger.inputs import Known

    known = Known(manifests, inventory)
    pairs = zip(manifests, decisions, strict=True)
    while batch := list(islice(pairs, _TOGETHER)):
        yield [Record(decision, "cli", inputs=known.inputs_of(manifest)) for manifest, decision in batch]


def _from_environment() -> bool:
    """Whether the options were not written on the command line, but are the user's setting for all commands."""
    context = click.get_current_context()
    sources = (context.get_parameter_source(name) for name in ("keep_inputs", "mask"))
    return not any(s is click.core.ParameterSource.COMMANDLINE for s in sources)

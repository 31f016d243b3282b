"""Which entries of a ledger are meant, on the command line and to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from aims_policy.ledger import Entry
    from aims_policy.ledger.ledger import Ledger


class Filters(NamedTuple):
    """Which entries are meant; None where that does not matter."""

    verdict: str | None
    environment: str | None
    asset: str | None
    bundle: str | None
    source: str | None
    request_id: str | None
    since: datetime | None
    until: datetime | None


FILTERS = choices.as_one(
    "filters",
    Filters,
    click.option("--verdict", type=click.Choice(["pass", "fail"]), help="Only these verdicts."),
    click.option("--environment", "-e", help="Only decisions for this environment."),
    click.option("--asset", help="Only decisions on this asset, as model/scorer or scorer."),
    click.option("--bundle", help="Only decisions under the bundle with this digest."),
    click.option("--source", help="Only decisions asked for by `cli`, `server`, `admission` or `watch`."),
    click.option("--request", "request_id", help="Only decisions of this request."),
    click.option("--since", type=choices.Moment(), help="Only what was recorded from then on."),
    click.option("--until", type=choices.Moment(), help="Only what was recorded before."),
)
LIMIT = click.option("--limit", type=click.IntRange(1), help="At most so many.")


def wanted(filters: Filters) -> dict[str, Any]:
    """The filters of the command line as those of the ledger."""
    asset = filters.asset or ""
    kind, slash, name = asset.partition("/")
    known = _kind(kind) if slash else ""
    return {
        "verdict": filters.verdict or "",
        "environment": filters.environment or "",
        "bundle": filters.bundle or "",
        "source": filters.source or "",
        "request_id": filters.request_id or "",
        "kind": known,
        "name": name if known else asset,
        "since": _moment(filters.since),
        "until": _moment(filters.until),
    }


def entry_of(opened: Ledger, entry_id: str) -> Entry:
    """The entry with an id. Raises click.UsageError where there is none."""
    from aims_policy.diagnostics import safe

    entry = opened.get(entry_id)
    if entry is None:
        raise click.UsageError(f"There is no entry `{safe(entry_id[:80])}`.")
    return entry


def kept_of(entry: Entry, name: str) -> str:
    """What was kept of an input, as text. Raises click.UsageError where it is none, or was not kept."""
    from aims_policy.diagnostics import safe

    for given in entry.inputs:
        if given.name == name:
            if given.content is None:
                raise click.UsageError(f"`{safe(name)}` was not kept; its digest is {given.digest}.")
            return given.content.decode("utf-8", "replace")
    names = ", ".join(safe(given.name) for given in entry.inputs)
    raise click.UsageError(f"`{safe(name[:80])}` is no input of this decision. Its inputs: {names}")


def _kind(written: str) -> str:
    from aims_policy.policy.bundle import KINDS

    return next((kind for kind in KINDS if kind.lower() == written.lower()), "")


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z") if at is not None else ""

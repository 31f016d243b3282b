"""The manifest with what one decision waits for, as YAML to fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.appetite import TIERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.authoring.form import Form
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

_WIDTH = 118


class Occasion(NamedTuple):
    """For which decision the form is, as the options say."""

    for_decision: bool
    tier: str | None
    environment: str
    at: datetime | None


def options() -> choices.Decorator:
    """``--for-decision``, ``--tier``, ``--environment`` and ``--at``, as one argument ``occasion``."""
    return choices.as_one(
        "occasion",
        Occasion,
        click.option(
            "--for-decision",
            is_flag=True,
            help="Ask only for what the decision waits for, as lines to fill in, with the limits of the tier.",
        ),
        click.option(
            "--tier",
            type=click.Choice(TIERS),
            help="Write this `risk.tier`, and ask for what it asks for. With --for-decision.",
        ),
        choices.environment(),
        choices.time_of_decision(),
    )


def check(occasion: Occasion, format_: str) -> None:
    """That what belongs to a form is asked of one. Raises click.UsageError."""
    if occasion.tier is not None and not occasion.for_decision:
        raise click.UsageError("`--tier` says for which tier the form is: give `--for-decision` with it.")
    if occasion.for_decision and format_ == "json":
        raise click.UsageError("a form is YAML: leave `--format json` out, or `--for-decision`.")


def text(
    manifest: Manifest, own: Manifest, bundle: Bundle, occasion: Occasion, inventory: Sequence[Manifest]
) -> str:
    """The form. ``own`` is what the manifest itself says, without its files of evidence."""
    from aims_policy.authoring.form import form
    from aims_policy.manifest.native.blanks import BLANK
    from aims_policy.manifest.native.text import Wanted, native_yaml

    made = form(
        manifest,
        bundle,
        environment=occasion.environment,
        at=choices.moment_or_now(occasion.at),
        inventory=inventory,
        tier=occasion.tier,
    )
    asks = dict(made.asks)
    said: dict[tuple[str | int, ...], str] = {}
    if occasion.tier is not None:
        asks.pop("risk.tier", None)
        own = own.with_data({**own.data, "risk": {**own.data.get("risk", {}), "tier": occasion.tier}})
        said = {("risk", "tier"): "as given with --tier"}
    wanted = Wanted(
        asks,
        {path: "; ".join(demands) for path, demands in made.demands.items()},
        said=said,
        opened=True,
    )
    lines = native_yaml(own, wanted)
    blanks = len(re.findall(rf"^ +(?:- )*(?:\w+: )?{BLANK}\b", lines, re.MULTILINE))
    return "".join(f"# {line}\n" for line in _head(made, blanks, manifest, occasion)) + lines


def _head(made: Form, blanks: int, manifest: Manifest, occasion: Occasion) -> list[str]:
    """What this form is, and what else the decision waits for."""
    from aims_policy.diagnostics import safe
    from aims_policy.reports.page.layout import wrap
    from aims_policy.reports.page.values import amount

    what = (
        f"{amount(blanks, 'value')} to write in the place of TODO" if blanks else "nothing is to be written"
    )
    deny = f"{amount(made.denying, 'rule')} {'denies' if made.denying == 1 else 'deny'} as it stands"
    lines = [
        f"For a decision in {safe(occasion.environment)} at tier {made.tier}: {what}; "
        f"{deny if made.denying else 'no rule denies'}."
    ]
    if blanks:
        lines += [
            "What does not apply may stay TODO, or be deleted: a TODO is never evidence. Then: `aims evaluate`; where "
            "an answer brings further rules with it, `aims convert --for-decision` again."
        ]
    if occasion.tier is None and "tier" not in manifest.data.get("risk", {}):
        lines.append("No `risk.tier` is declared, so this is all that the strictest asks for: see `--tier`.")
    if made.undecided:
        lines.append(f"Built from what no manifest here describes: {', '.join(map(safe, made.undecided))}.")
    for finding, demands in made.not_passing:
        asked = "; ".join(f"{path} {' and '.join(said)}" for path, said in demands.items())
        lines.append(
            safe(
                f"To change, not to add: {finding.rule}: {finding.remediation}{asked and f' Here: {asked}.'}"
            )
        )
    return [part for line in lines for part in wrap(line, _WIDTH)]

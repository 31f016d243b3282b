"""``aims controls``: the catalogue, and what implements it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices

if TYPE_CHECKING:
    from aims_policy.catalog import Control, Level
    from aims_policy.policy.bundle import Bundle, Rule

_MAPPINGS = ("nist_published", "nist_proposed", "eu_ai_act", "oecd", "serves")
_SHOWN_BY: dict[Level, str] = {
    "manifest": "a manifest",
    "profile": "the organization's profile",
    "both": "a manifest and the organization's profile",
}


@click.command()
@click.argument("control_id", metavar="[CONTROL]", required=False)
@choices.sources()
@choices.output_format("text", "json")
def command(
    control_id: str | None,
    sources: choices.Sources,
    format_: str,
) -> int:
    """List the 38 controls of Annex A with the number of rules for each; with a CONTROL, all about it.

    \b
    aims controls
    aims controls A.7.5
    """
    from aims_policy import catalog
    from aims_policy.commands.terminal.streams import write

    bundle = choices.load(sources)
    if control_id is None:
        write(_list_json(bundle) if format_ == "json" else _list_text(bundle))
        return 0
    try:
        control = catalog.control(control_id)
    except catalog.UnknownControlError as error:
        if own := _rules(control_id, bundle):
            write(_own_json(control_id, own) if format_ == "json" else _own_text(control_id, own))
            return 0
        below = [one for one in catalog.controls() if one.startswith(f"{control_id.upper()}.")]
        hint = f". Below it are {', '.join(below)}." if below else "" if error.nearest else "."
        raise click.UsageError(f"{error}{hint}") from None
    write(_one_json(control, bundle) if format_ == "json" else _one_text(control, bundle))
    return 0


def _rules(control_id: str, bundle: Bundle) -> list[Rule]:
    return [r for r in bundle.rules if control_id in r.controls]


def _own(bundle: Bundle) -> list[str]:
    """Controls of the organization's own, which only its rules name."""
    from aims_policy import catalog

    return list(dict.fromkeys(c for r in bundle.rules for c in r.controls if not catalog.is_control(c)))


def _list_text(bundle: Bundle) -> str:
    from aims_policy import catalog
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.reports.page.layout import MIN_WIDTH, hang, painter
    from aims_policy.reports.page.values import amount

    width, paint = max(MIN_WIDTH, width_of(sys.stdout)), painter(wants_color(sys.stdout))
    lines = []
    for objective in catalog.objectives().values():
        lines += hang(objective.id, objective.title, width, 0, paint, "bold")
        for identifier in objective.controls:
            control = catalog.control(identifier)
            number = len(_rules(identifier, bundle))
            lines += hang(
                f"{identifier:<8}",
                f"{control.title}  ({amount(number, 'rule') if number else 'no rule'})",
                width,
                2,
                paint,
            )
        lines.append("")
    own = _own(bundle)
    if own:
        lines += [
            paint("bold", "Of the organization"),
            *(f"  {c:<8}  ({amount(len(_rules(c, bundle)), 'rule')})" for c in own),
            "",
        ]
    covered = sum(1 for c in catalog.controls() if _rules(c, bundle))
    rules = amount(len(bundle.rules), "rule")
    lines.append(f"{covered} of {len(catalog.controls())} controls have rules; {rules} in `{bundle.name}`.")
    return "\n".join([*lines, ""])


def _list_json(bundle: Bundle) -> str:
    from aims_policy import catalog
    from aims_policy.decision.plain import dumps

    entries = [
        {
            "id": c.id,
            "title": c.title,
            "objective": c.objective,
            "rules": [r.id for r in _rules(c.id, bundle)],
        }
        for c in catalog.controls().values()
    ]
    own = [
        {"id": c, "title": "", "objective": "", "rules": [r.id for r in _rules(c, bundle)]}
        for c in _own(bundle)
    ]
    return dumps({"bundle": bundle.name, "bundle_digest": bundle.digest, "controls": [*entries, *own]}) + "\n"


def _one_text(control: Control, bundle: Bundle) -> str:
    from aims_policy import catalog
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.reports.page.layout import MIN_WIDTH, hang, painter

    width, paint = max(MIN_WIDTH, width_of(sys.stdout)), painter(wants_color(sys.stdout))
    objective = catalog.objectives()[control.objective]
    lines = [*hang(control.id, control.title, width, 0, paint, "bold"), ""]
    for label, text in (
        ("objective  ", f"{objective.id} {objective.title}"),
        ("speaks of  ", ", ".join(control.applies_to)),
        ("shown by   ", _SHOWN_BY[control.level]),
    ):
        lines += hang(label, text, width, 2, paint)
    lines += ["", "Evidence", *(line for e in control.evidence for line in hang("-", e, width, 2, paint))]
    lines += ["", "Rules"]
    for rule in _rules(control.id, bundle):
        lines += hang(rule.id, f"{rule.title} ({rule.severity})", width, 2, paint)
    if not _rules(control.id, bundle):
        lines.append("  none in this bundle")
    lines += ["", "Elsewhere"]
    labels = catalog.mapping_labels()
    for name in _MAPPINGS:
        ids = getattr(control, name)
        if ids:
            lines += hang("", f"{', '.join(_named(name, i) for i in ids)}", width, 2, paint)
            lines += hang("", f"({labels.get(name, name)})", width, 4, paint)
    return "\n".join([*lines, ""])


def _named(mapping: str, identifier: str) -> str:
    from aims_policy import catalog

    titles = {"oecd": catalog.oecd(), "serves": catalog.annex_c().objectives}.get(mapping, {})
    return f"{identifier} {titles.get(identifier, '')}".strip()


def _one_json(control: Control, bundle: Bundle) -> str:
    from aims_policy import catalog
    from aims_policy.decision.plain import dumps

    plain: dict[str, Any] = {**control._asdict(), "rules": [r.id for r in _rules(control.id, bundle)]}
    plain["mapping_labels"] = {name: catalog.mapping_labels().get(name, "") for name in _MAPPINGS}
    return dumps(plain) + "\n"


def _own_text(control_id: str, rules: list[Rule]) -> str:
    return "\n".join(
        [
            f"{control_id}  a control of the organization's own",
            "",
            "Rules",
            *(f"  {r.id}  {r.title} ({r.severity})" for r in rules),
            "",
        ]
    )


def _own_json(control_id: str, rules: list[Rule]) -> str:
    from aims_policy.decision.plain import dumps

    return dumps({"id": control_id, "rules": [r.id for r in rules]}) + "\n"

"""``aims explain``: what a rule asks, and what it found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices, evidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.authoring.trace import Line, Walked
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle, Rule
    from aims_policy.reports.page.layout import Paint

_MOST_LINES = 120
_NOT_WRITTEN = ("kind", "appetite", "upstream", "extensions")
"""What rules read that no manifest's fields give, or whose fields only the organization knows."""


@click.command()
@click.argument("rule_id", metavar="RULE")
@click.argument("manifest", required=False)
@choices.environment()
@choices.time_of_decision()
@choices.sources()
@choices.output_format("text", "json")
@click.option("--as", "as_format", help="Format of the manifest, instead of telling it by its content.")
@evidence.options()
def command(
    rule_id: str,
    manifest: str | None,
    environment: str,
    at: datetime | None,
    sources: choices.Sources,
    format_: str,
    as_format: str | None,
    besides: evidence.Besides,
) -> int:
    """Say what a rule asks, of whom and why; with a MANIFEST, what it found there, step by step.

    With a manifest the exit code is 0 where the rule passes or does not apply, and 1 where it does not.

    \b
    aims explain A.7.5/sources-recorded
    aims explain A.7.5/sources-recorded inventory/dataset.yaml
    aims explain A.6.2.4/demographic-parity model.yaml --evidence clarify.json
    """
    from aims_policy.commands.terminal.streams import write

    bundle = choices.load(sources)
    choices.check_environment(environment, bundle)
    rule = _rule(rule_id, bundle)
    if manifest is None:
        write(_rule_json(rule, bundle) if format_ == "json" else _rule_text(rule, bundle, environment))
        return 0
    at = choices.moment_or_now(at)
    subject, others = _manifests(manifest, bundle, as_format, besides, at)
    if subject.kind not in rule.applies_to:
        raise click.UsageError(
            f"`{rule.id}` speaks of {', '.join(rule.applies_to)}, and `{subject.name}` is of kind {subject.kind}."
        )
    from aims_policy.authoring.trace import trace

    walked = trace(subject, bundle, rule.id, environment=environment, at=at, inventory=others)
    write(_walk_json(walked) if format_ == "json" else _walk_text(walked, subject, bundle))
    return 0 if walked.finding.outcome in ("pass", "not_applicable") else 1


def _rule(rule_id: str, bundle: Bundle) -> Rule:
    from aims_policy.diagnostics import nearest, safe

    rule = bundle.rule(rule_id)
    if rule is not None:
        return rule
    below = [r.id for r in bundle.rules if rule_id in r.controls]
    if below:
        raise click.UsageError(f"`{safe(rule_id)}` is a control. Its rules: {', '.join(below)}")
    excluded = f"rule `{rule_id}` is excluded"
    for notice in bundle.notices:
        if notice.code == "override" and notice.message.startswith(f"{excluded}: "):
            raise click.UsageError(f"{safe(notice.file)}:{notice.line}: {safe(notice.message)}")
    guess = nearest(rule_id, (r.id for r in bundle.rules)) or next(
        (r.id for r in bundle.rules if r.id.endswith(f"/{rule_id}")), None
    )
    hint = f"Did you mean `{guess}`?" if guess else "`aims controls CONTROL` lists the rules of a control."
    raise click.UsageError(f"There is no rule `{safe(rule_id)}`. {hint}")


def _manifests(
    path: str, bundle: Bundle, as_format: str | None, besides: evidence.Besides, at: datetime
) -> tuple[Manifest, Sequence[Manifest]]:
    from aims_policy.commands.terminal.gather import gather, inventory
    from aims_policy.source import SourceError

    found = evidence.add(gather([path], bundle, as_format), besides, bundle, at)
    if found.problems:
        raise SourceError(tuple(found.problems))
    if len(found.manifests) != 1:
        raise click.UsageError(
            f"one manifest is explained at a time, and `{path}` holds {len(found.manifests)}"
        )
    others = inventory(bundle, found.files)
    if others.problems:
        raise SourceError(tuple(others.problems))
    return found.manifests[0], others.manifests


def _rule_text(rule: Rule, bundle: Bundle, environment: str) -> str:
    from aims_policy.commands.terminal.limits import by_tier, limits
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.reports.page.layout import MIN_WIDTH, hang, painter
    from aims_policy.reports.page.values import place

    width, paint = max(MIN_WIDTH, width_of(sys.stdout)), painter(wants_color(sys.stdout))
    enforced = bundle.appetite.enforce(rule.severity, environment)
    lines = [paint("bold", rule.id), *hang("", rule.title, width, 0, paint), ""]
    facts = [
        ("controls   ", "; ".join(f"{c} {bundle.control_titles.get(c, '')}".strip() for c in rule.controls)),
        ("speaks of  ", ", ".join(rule.applies_to)),
        ("applies    ", f"when {rule.when}" if rule.when else "always"),
        ("asks       ", rule.require),
        ("reads      ", ", ".join(_reads(rule, bundle))),
        ("severity   ", f"{rule.severity} → {enforced} in {environment}"),
        ("why        ", rule.rationale),
        ("fix        ", rule.remediation),
        ("written in ", place(rule.file, rule.line)),
    ]
    for limit in by_tier(limits(_reads(rule, bundle), bundle.appetite)):
        facts.insert(-4, ("limit      ", limit))
    for label, text in facts:
        lines += hang(label, text, width, 2, paint) if text else []
    for kind in rule.applies_to:
        lines += _to_write(_reads(rule, bundle, kind), kind, width, paint)
    return "\n".join([*lines, ""])


def _to_write(paths: Sequence[str], kind: str, width: int, paint: Paint) -> list[str]:
    """The evidence as YAML to fill in, in the manifest and in the organization's profile."""
    own = [p for p in paths if p.partition(".")[0].partition("[")[0] not in (*_NOT_WRITTEN, "organization")]
    profile = [p.removeprefix("organization.") for p in paths if p.startswith("organization.")]
    return [
        *_form(f"To write, in the {kind} manifest", own, kind, width, paint),
        *_form("To write, in the organization's profile", profile, "Organization", width, paint),
    ]


def _form(title: str, paths: Sequence[str], kind: str, width: int, paint: Paint) -> list[str]:
    from aims_policy.manifest.native.blanks import blanks
    from aims_policy.reports.page.layout import beside

    lines: list[str] = []
    for key, indent, mine in (
        ("", 0, [p for p in paths if p.startswith("metadata.")]),
        ("spec:", 2, [p for p in paths if not p.startswith("metadata.")]),
    ):
        if mine:
            lines += [key] if key else []
            lines += [" " * indent + line for line in blanks(kind, mine)]
    return ["", paint("bold", title), "", *beside(lines, "  # ", width, 2, paint)] if lines else []


def _reads(rule: Rule, bundle: Bundle, *kinds: str) -> list[str]:
    found: dict[str, None] = {}
    for kind in kinds or rule.applies_to:
        for expression in bundle.expressions(rule.id, kind):
            found.update(dict.fromkeys(expression.reads if expression is not None else ()))
    return list(found)


def _rule_json(rule: Rule, bundle: Bundle) -> str:
    from aims_policy.commands.terminal.limits import limits
    from aims_policy.decision.plain import dumps, plain_value

    plain: dict[str, Any] = {**rule._asdict(), "reads": _reads(rule, bundle)}
    plain["limits"] = {
        path: {tier: plain_value(limit) for tier, limit in tiers.items()}
        for path, tiers in limits(plain["reads"], bundle.appetite).items()
    }
    plain["enforcement"] = dict(bundle.appetite.enforcement[rule.severity])
    plain["titles"] = {c: bundle.control_titles.get(c, "") for c in rule.controls}
    return dumps(plain) + "\n"


def _lacking(walked: Walked, subject: Manifest, bundle: Bundle) -> list[str]:
    """What the rule reads and the manifest has not; what the organization's profile lacks is told by the gaps."""
    from aims_policy.manifest.native.text import missing_paths

    rule = bundle.rule(walked.finding.rule)
    reads = [] if rule is None else _reads(rule, bundle, subject.kind)
    own = [pattern for pattern in reads if pattern.partition(".")[0] != "organization"]
    gaps = {gap.path for gap in walked.finding.missing if gap.path.startswith("organization.")}
    return [*dict.fromkeys(pattern for _, pattern in missing_paths(subject.data, own)), *sorted(gaps)]


def _walk_text(walked: Walked, subject: Manifest, bundle: Bundle) -> str:
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.reports.page.findings import block, heading
    from aims_policy.reports.page.layout import MIN_WIDTH, painter
    from aims_policy.reports.text import DISCLAIMER

    width, paint = max(MIN_WIDTH, width_of(sys.stdout)), painter(wants_color(sys.stdout))
    finding = walked.finding
    lines = [line for c in finding.controls for line in heading(c, bundle.control_titles, width, paint)]
    lines += ["", *block(finding, walked.decision.tier, width, paint)]
    for name, steps in (("when", walked.when), ("require", walked.require)):
        if steps:
            lines += ["", paint("bold", name), *_steps(steps, width)]
    if finding.enforcement:
        lines += _limits(walked, subject, bundle, width, paint)
        lines += _to_write(_lacking(walked, subject, bundle), subject.kind, width, paint)
    return "\n".join([*lines, "", DISCLAIMER, ""])


def _limits(walked: Walked, subject: Manifest, bundle: Bundle, width: int, paint: Paint) -> list[str]:
    """The limits that a rule did not come to, for want of evidence: who writes it wants to know them."""
    from aims_policy.commands.terminal.limits import in_tier, limits
    from aims_policy.reports.page.layout import columns

    rule, tier = bundle.rule(walked.finding.rule), walked.decision.tier
    reads = [] if rule is None else _reads(rule, bundle, subject.kind)
    compared = [e.path for e in walked.finding.evidence if e.source == "appetite"]
    rows = in_tier(limits(reads, bundle.appetite), tier, bundle.appetite, compared)
    return ["", paint("bold", f"Limits of tier {tier}"), "", *columns(rows, width, 2)] if rows else []


def _steps(steps: tuple[Line, ...], width: int) -> list[str]:
    from aims_policy.diagnostics import safe
    from aims_policy.reports.page.layout import cut
    from aims_policy.reports.page.values import value

    lines: list[str] = []
    element = ""
    for step in steps[:_MOST_LINES]:
        if step.element != element:
            element = step.element
            lines.append(f"  for {safe(element)}")
        indent = 2 + 2 * step.depth + (2 if element else 0)
        shown = value(step.value) if step.state == "value" else f"{step.state}: {safe(_said(step.value))}"
        text = cut(safe(" ".join(step.text.split())), max(20, width - indent - len(shown) - 4))
        lines.append(f"{' ' * indent}{text}  = {cut(shown, width)}")
    left = len(steps) - _MOST_LINES
    return [*lines, f"  … and {left:,} more steps (`--format json` has all)"] if left > 0 else lines


def _said(what: Any) -> str:
    return ", ".join(map(str, what)) if isinstance(what, tuple | list) else str(what)


def _walk_json(walked: Walked) -> str:
    from aims_policy.decision.plain import dumps, plain_value, to_plain
    from aims_policy.reports import shown

    plain = to_plain(shown(walked.decision, ()))
    plain["findings"] = [f for f in plain["findings"] if f["rule"] == walked.finding.rule]
    steps = {
        name: [{**line._asdict(), "value": plain_value(line.value)} for line in lines]
        for name, lines in (("when", walked.when), ("require", walked.require))
    }
    return dumps({"decision": plain, "steps": steps}) + "\n"

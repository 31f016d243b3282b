"""Policy files to rules."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.manifest.asset_ids import is_meant
from aims_policy.policy.bundle import AssetOverride, Rule
from aims_policy.policy.documents.models import PolicyDocument, RuleDocument
from aims_policy.policy.documents.validation import validated
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from aims_policy.manifest.manifest import Located
    from aims_policy.policy.documents.models import Override
    from aims_policy.policy.documents.workspace import Workspace
    from aims_policy.source import Document


class Written:
    """A rule with the document and path that it was read from, for diagnostics that point into it."""

    __slots__ = ("document", "path", "rule")

    def __init__(self, rule: Rule, document: Document, path: tuple[str | int, ...]) -> None:
        self.rule = rule
        self.document = document
        self.path = path


def read_rules(
    documents: Iterable[Document], controls: Collection[str]
) -> tuple[list[Written], list[Diagnostic]]:
    """The rules of policy documents, and everything that is wrong with them.

    ``controls`` are the ids of the catalogue. A duplicate rule id and an unknown control are errors.
    """
    written: dict[str, Written] = {}
    problems: list[Diagnostic] = []
    for document in documents:
        for index, entry in _well_formed(document, problems):
            path: tuple[str | int, ...] = ("rules", index)
            problems.extend(_unknown_controls(document, path, entry.controls, controls))
            rule = _rule(entry, document, document.span((*path, "id")).line)
            twin = written.setdefault(rule.id, Written(rule, document, path))
            if twin.rule is not rule:
                problems.append(_duplicate(twin.rule, document, path))
    return list(written.values()), problems


def _rule(entry: RuleDocument, document: Document, line: int) -> Rule:
    return Rule(
        id=entry.id,
        controls=tuple(entry.controls),
        title=entry.title,
        applies_to=tuple(dict.fromkeys(entry.applies_to)),
        when=(entry.when or "").strip(),
        require=entry.require.strip(),
        severity=entry.severity,
        rationale=" ".join(entry.rationale.split()),
        remediation=" ".join(entry.remediation.split()),
        file=document.file,
        line=line,
    )


def _duplicate(twin: Rule, document: Document, path: tuple[str | int, ...]) -> Diagnostic:
    message = f"rule `{twin.id}` exists already in {twin.file}:{twin.line}"
    span = document.span((*path, "id"))
    return at(document, span, "duplicate-rule", message, help="give it another id")


def _well_formed(document: Document, problems: list[Diagnostic]) -> list[tuple[int, RuleDocument]]:
    """The rules that can be read, so that all that is wrong with these is told along with what is wrong with others."""
    try:
        return list(enumerate(validated(document, PolicyDocument).rules))
    except PolicyError as error:
        problems.extend(error.diagnostics)
    entries = document.value.get("rules") if isinstance(document.value, dict) else None
    found: list[tuple[int, RuleDocument]] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            with suppress(PolicyError):  # told already, with the whole document
                found.append((index, validated(document, RuleDocument, value=entry, within=("rules", index))))
    return found


def overridden(
    written: list[Written], workspace: Workspace
) -> tuple[list[Written], list[Diagnostic], list[Diagnostic]]:
    """The rules after the workspace's overrides, what is wrong with these, and a note for each that took effect."""
    known = {w.rule.id: w for w in written}
    problems: list[Diagnostic] = []
    notes: list[Diagnostic] = []
    document = workspace.document
    for index, override in enumerate(workspace.form.overrides):
        path = ("overrides", index)
        wrong = _wrong_override(override, document, path, known)
        problems += wrong
        if not wrong and not override.assets and override.rule is not None:
            notes.append(_apply(known, override, override.rule, document, path))
    return [w for w in written if w.rule.id in known], problems, notes


def _wrong_override(
    override: Override, document: Located, path: tuple[str | int, ...], known: Iterable[str]
) -> list[Diagnostic]:
    """What is wrong with an override: which rules it names, for whom, or what it does to them."""
    if (override.rule is None) == (not override.rules):
        said = "an override names one `rule`, or several as `rules`"
        return [at(document, document.span(path), "bad-override", said)]
    if override.rules and not override.assets:
        said = "an override of several `rules` is for some `assets`: one for all names its `rule`"
        return [at(document, document.span(path), "bad-override", said)]
    named = [((*path, "rule"), override.rule)] if override.rule is not None else []
    named += [((*path, "rules", i), pattern) for i, pattern in enumerate(override.rules)]
    unknown = [(place, name) for place, name in named if not _meant([name], known)]
    if unknown:
        return [_unknown_rule(name, document, place, known) for place, name in unknown]
    if (override.severity is None) == (not override.exclude):
        said = "an override sets either `severity` or `exclude: true`"
        return [at(document, document.span(path), "bad-override", said)]
    return []


def _unknown_rule(
    name: str, document: Located, place: tuple[str | int, ...], known: Iterable[str]
) -> Diagnostic:
    guess = nearest(name, known)
    return at(
        document,
        document.span(place),
        "unknown-rule",
        f"no rule of this bundle is named like `{name}`"
        if "*" in name
        else f"`{name}` is not a rule of this bundle",
        help=f"did you mean `{guess}`?" if guess else "",
    )


def _meant(names: Sequence[str], known: Iterable[str]) -> list[str]:
    """The rules that ids and patterns stand for."""
    return [rule for rule in known if is_meant(rule, names)]


def asset_overrides(workspace: Workspace, rules: Sequence[str]) -> tuple[AssetOverride, ...]:
    """The overrides that are for some assets only, one for each of the ``rules`` that they name.

    What decides applies them, and notes what it has met.
    """
    document = workspace.document
    return tuple(
        AssetOverride(
            rule,
            tuple(override.assets),
            override.severity or "",
            " ".join(override.justification.split()),
            document.file,
            document.span(("overrides", index)).line,
        )
        for index, override in enumerate(workspace.form.overrides)
        if override.assets
        for rule in _meant(override.rules or [str(override.rule)], rules)
    )


def _apply(
    known: dict[str, Written], override: Override, rule: str, document: Located, path: tuple[str | int, ...]
) -> Diagnostic:
    before = known[rule].rule
    if override.exclude:
        del known[rule]
        what = f"rule `{before.id}` is excluded"
    elif override.severity == before.severity:
        message = f"this override of `{before.id}` changes nothing: its severity is {before.severity} already"
        return at(document, document.span(path), "override-idle", message, severity="warning")
    else:
        known[rule].rule = before._replace(severity=str(override.severity))
        what = f"rule `{before.id}` has severity {override.severity} instead of {before.severity}"
    reason = " ".join(override.justification.split())
    return at(document, document.span(path), "override", f"{what}: {reason}", severity="note")


def _unknown_controls(
    document: Document, path: tuple[str | int, ...], given: list[str], known: Collection[str]
) -> Iterable[Diagnostic]:
    from aims_policy.catalog import nearest_control

    for position, control in enumerate(given):
        if control.startswith(("A.", "B.", "C.")) and control not in known:
            guess = nearest_control(control)
            hint = f"did you mean `{guess}`?" if guess else "`aims controls` lists the 38 controls"
            yield at(
                document,
                document.span((*path, "controls", position)),
                "unknown-control",
                f"`{control}` is not a control of Annex A",
                help=hint,
            )

"""The Statement of Applicability: each control once, with what people decided and what decisions show.

What nobody decided or nothing shows is said to be missing; nothing is made up for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog import controls, is_control, natural_key
from aims_policy.named_tuple import NamedTuple
from aims_policy.statement.profile import Risk, Said
from aims_policy.statement.standing import HELD, NOT_ASSESSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.bundle import Bundle
    from aims_policy.policy.statement import ControlChoice, Declared
    from aims_policy.statement.profile import Profile
    from aims_policy.statement.recorded import Recorded
    from aims_policy.statement.standing import DecidedAsset, InUse, Standing


class Row(NamedTuple):
    """One control. ``objective`` is "" for a control of the organization's own.

    ``applicable`` is None where nobody decided; ``assets`` are ids by state. ``lacks`` is what makes the statement
    incomplete, ``remarks`` what its reader should know.
    """

    control: str
    title: str
    objective: str
    applicable: bool | None
    ground: str
    justification: str
    rules: tuple[str, ...]
    documents: tuple[Said, ...]
    implementation: str
    responsible: tuple[Said, ...]
    risks: tuple[Risk, ...]
    status: str
    assets: Mapping[str, tuple[str, ...]]
    waivers: tuple[InUse, ...]
    lacks: tuple[str, ...]
    remarks: tuple[str, ...]
    line: int
    """Of the entry in the statement's file; 0 where there is none."""

    @property
    def decided(self) -> str:
        """``applicable``, ``excluded``, or ``undecided``; an exclusion that says not why is none."""
        if self.applicable is None or (not self.applicable and not self.justification):
            return "undecided"
        return "applicable" if self.applicable else "excluded"


class Statement(NamedTuple):
    """The statement as of a date, for an environment. ``recorded`` is what a ledger has, by asset id.

    ``workspace`` is its file, as people here would write it; ``ledger`` tells whether one was asked, ``lacks`` what
    is missing of the statement as a whole, and ``notes`` which rules the workspace overrides for all assets.
    """

    organization: str
    workspace: str
    declared: Declared | None
    rows: tuple[Row, ...]
    assets: tuple[DecidedAsset, ...]
    recorded: Mapping[str, Recorded]
    ledger: bool
    lacks: tuple[str, ...]
    unread: tuple[Diagnostic, ...]
    notes: tuple[Diagnostic, ...]
    date: datetime
    environment: str
    engine: str
    bundle_digest: str

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """All that makes it incomplete, with the control that it is about ("" for the whole)."""
        of_rows = ((row.control, lack) for row in self.rows for lack in row.lacks)
        return (*(("", lack) for lack in self.lacks), *of_rows)


def statement(
    bundle: Bundle,
    declared: Declared | None,
    standing: Standing,
    profile: Profile,
    *,
    workspace: str,
    date: datetime,
    environment: str,
    unread: tuple[Diagnostic, ...] = (),
    recorded: Mapping[str, Recorded] | None = None,
) -> Statement:
    """The statement by what was declared, what decisions show, and what manifests say."""
    import aims_policy

    choices = {c.control: c for c in declared.controls} if declared is not None else {}
    ids = list(controls())
    ids += sorted(_own(bundle, choices), key=natural_key)
    return Statement(
        organization=profile.id.partition("/")[2] or bundle.name,
        workspace=workspace,
        declared=declared,
        rows=tuple(_row(control, bundle, choices.get(control), standing, profile) for control in ids),
        assets=tuple(standing.assets.values()),
        recorded=recorded or {},
        ledger=recorded is not None,
        lacks=tuple(_lacks(declared, date, unread)),
        unread=unread,
        notes=tuple(n for n in bundle.notices if n.code == "override"),
        date=date,
        environment=environment,
        engine=f"aims_policy {aims_policy.__version__}",
        bundle_digest=bundle.digest,
    )


def _own(bundle: Bundle, choices: Iterable[str]) -> set[str]:
    """Controls of the organization's own: those that its rules or its statement name."""
    named = {*choices, *(c for rule in bundle.rules for c in rule.controls)}
    return {c for c in named if not is_control(c)}


def _row(
    control: str, bundle: Bundle, choice: ControlChoice | None, standing: Standing, profile: Profile
) -> Row:
    rules = tuple(rule.id for rule in bundle.rules if control in rule.controls)
    status = standing.status(control)
    entry = controls().get(control)
    row = Row(
        control=control,
        title=entry.title if entry is not None else choice.title if choice is not None else "",
        objective=entry.objective if entry is not None else "",
        applicable=choice.applicable if choice is not None else None,
        ground=choice.ground if choice is not None else "",
        justification=choice.justification if choice is not None else "",
        rules=rules,
        documents=(*_authored(choice), *profile.documents.get(control, ())),
        implementation=choice.implementation if choice is not None else "",
        responsible=_responsible(choice) or profile.responsible.get(control, ()),
        risks=_risks(choice, profile, control),
        status=status,
        assets=standing.by_state(control),
        waivers=standing.waivers.get(control, ()),
        lacks=(),
        remarks=(),
        line=choice.line if choice is not None else 0,
    )
    return row._replace(lacks=tuple(_lacks_of(row)), remarks=(*_remarks(row), *_set_aside(row, bundle)))


def _authored(choice: ControlChoice | None) -> tuple[Said, ...]:
    return (
        tuple(Said(text, choice.file, choice.line) for text in choice.documents) if choice is not None else ()
    )


def _responsible(choice: ControlChoice | None) -> tuple[Said, ...]:
    if choice is None or not choice.responsible:
        return ()
    return (Said(choice.responsible, choice.file, choice.line),)


def _risks(choice: ControlChoice | None, profile: Profile, control: str) -> tuple[Risk, ...]:
    """Those that manifests link to it and those that the statement names; of one in no manifest only the id."""
    named = choice.risks if choice is not None else ()
    of_register = (risk for own in named for risk in profile.register.get(own, (Risk(own, "", ""),)))
    return tuple(sorted({*profile.risks.get(control, ()), *of_register}))


def _lacks(declared: Declared | None, date: datetime, unread: tuple[Diagnostic, ...]) -> list[str]:
    files = sorted({problem.file for problem in unread})
    lacks = [f"`{file}` could not be read: what it would show is not known" for file in files]
    if declared is None:
        return ["no statement: name its file under `statement` in aims.yaml", *lacks]
    if not declared.approver:
        lacks.append("no `approver`: nobody of the management is named who approved it")
    if declared.approved_on is None:
        lacks.append("no `approved_on`: it does not say when it was approved")
    elif declared.approved_on > date:
        lacks.append(f"it is approved on {declared.approved_on.date().isoformat()} only, after this date")
    return lacks


def _lacks_of(row: Row) -> list[str]:
    if row.applicable is None:
        return ["no decision whether it is applicable"]
    if not row.justification:
        return [f"no justification of its {'inclusion' if row.applicable else 'exclusion'}"]
    return []


def _set_aside(row: Row, bundle: Bundle) -> list[str]:
    """What the workspace says of rules of the control for some assets."""
    mine = [o for o in bundle.overrides if o.rule in row.rules and not o.severity]
    return [f"rule `{o.rule}` is excluded for {', '.join(o.assets)}: {o.justification}" for o in mine]


def _remarks(row: Row) -> list[str]:
    remarks = []
    if row.applicable is False:
        if row.rules and row.status != NOT_ASSESSED:
            done = "shown by all assets asked" if row.status in HELD else "not shown by all"
            remarks.append(f"it is excluded, and its rules still decide: {done}")
        if not row.ground:
            remarks.append("no `ground` of the exclusion: no risk that needs it, or not required externally")
        return remarks
    if not row.rules:
        remarks.append("no rule of the bundle implements it")
    elif row.status == NOT_ASSESSED:
        remarks.append("its rules were asked of no asset in the inventory")
    if not row.responsible:
        remarks.append("nobody is named who answers for it")
    if row.applicable and not row.risks:
        remarks.append("no risk is linked to it")
    remarks += [f"risk `{risk.id}` is in no manifest" for risk in row.risks if not risk.asset]
    return remarks

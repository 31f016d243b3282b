"""The file of the Statement of Applicability: what people decided on each control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import at
from aims_policy.manifest.placeholders import absence, names_no_person
from aims_policy.policy.building.entries import Unusable, one_file
from aims_policy.policy.documents.models import StatementDocument
from aims_policy.policy.documents.well_formed import well_formed
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.statement import ControlChoice, Declared
from aims_policy.policy.waivers import parse_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Located
    from aims_policy.policy.documents.models import ControlDecision
    from aims_policy.policy.documents.workspace import Workspace

_STAND_INS = {"apiVersion": "aims/v1", "kind": "StatementOfApplicability", "metadata": {"name": "statement"}}


def statement_file(workspace: Workspace) -> str | None:
    """The file that a workspace names. Raises PolicyError where it is not there or lies outside."""
    named = workspace.form.statement
    if named is None:
        return None
    try:
        return one_file(named, workspace.file.parent, what="Statement of Applicability")
    except Unusable as error:
        span = workspace.document.span(("statement",))
        raise PolicyError(
            [at(workspace.document, span, error.code, error.message, help=error.hint)]
        ) from None


def read_statement(document: Located) -> Declared:
    """What a file says. Raises PolicyError with all that is wrong: its form, controls unknown or given twice, dates."""
    read = well_formed(document, StatementDocument, _STAND_INS)
    problems = list(read.problems)
    if read.model is None:
        raise PolicyError(problems)
    form = read.model
    problems += _wrong_controls(read.document, form)
    approved_on = _approved_on(read.document, form, problems)
    if problems:
        raise PolicyError(problems)
    return Declared(
        name=form.metadata.name,
        version=form.metadata.version or "",
        owner=form.metadata.owner or "",
        approver=_person(form.approver),
        approved_on=approved_on,
        risk_treatment_plan=_said(form.risk_treatment_plan),
        controls=tuple(_choice(document, i, entry) for i, entry in enumerate(form.controls)),
        file=document.file,
        digest=document.digest,
    )


def _choice(document: Located, index: int, entry: ControlDecision) -> ControlChoice:
    return ControlChoice(
        control=entry.control,
        title=_said(entry.title),
        applicable=entry.applicable,
        ground=entry.ground or "",
        justification=_said(entry.justification),
        risks=tuple(_said(risk) for risk in entry.risks if _said(risk)),
        responsible=_person(entry.responsible),
        implementation=_said(entry.implementation),
        documents=tuple(_said(one) for one in entry.documents if _said(one)),
        file=document.file,
        line=document.span(("controls", index, "control")).line,
    )


def _said(text: str | None) -> str:
    """The text on one line; a placeholder says nothing."""
    return " ".join(text.split()) if text is not None and not absence(text) else ""


def _person(text: str | None) -> str:
    return _said(text) if text is not None and not names_no_person(text) else ""


def _approved_on(document: Located, form: StatementDocument, problems: list[Diagnostic]) -> datetime | None:
    if form.approved_on is None:
        return None
    try:
        return parse_day(form.approved_on)
    except (ValueError, OverflowError):
        span = document.span(("approved_on",))
        message = f"`{form.approved_on}` is not a date"
        problems.append(at(document, span, "bad-date", message, help="write year-month-day"))
        return None


def _wrong_controls(document: Located, form: StatementDocument) -> Iterator[Diagnostic]:
    from aims_policy.catalog import control, is_control, nearest_control

    first: dict[str, int] = {}
    for index, entry in enumerate(form.controls):
        span = document.span(("controls", index, "control"))
        if is_control(entry.control):
            titles = (control(entry.control).title, *control(entry.control).also_titled)
            if entry.title is not None and entry.title.casefold() not in map(str.casefold, titles):
                message = f"`{entry.control}` is not titled `{entry.title}`"
                span_of_title = document.span(("controls", index, "title"))
                yield at(document, span_of_title, "other-title", message, help=f"it is `{titles[0]}`")
        elif entry.control.startswith(("A.", "B.", "C.")):
            guess = nearest_control(entry.control)
            hint = f"did you mean `{guess}`?" if guess else "`aims controls` lists the 38 controls"
            message = f"`{entry.control}` is not a control of Annex A"
            yield at(document, span, "unknown-control", message, help=hint)
        twin = first.setdefault(entry.control, index)
        if twin != index:
            line = document.span(("controls", twin, "control")).line
            message = f"control `{entry.control}` is decided already in line {line}"
            yield at(document, span, "duplicate-control", message, help="keep one of the two")

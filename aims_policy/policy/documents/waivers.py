"""Waiver files to waivers. A wrong one does nothing and is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.policy.documents.models import WaiverDocument, WaiversDocument
from aims_policy.policy.documents.validation import validated
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.waivers import Waiver, parse_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from aims_policy.source import Document


def read_waivers(
    documents: Iterable[Document], rules: Collection[str]
) -> tuple[tuple[Waiver, ...], tuple[Diagnostic, ...]]:
    """The well-formed waivers of the documents, and a warning for each that is not.

    ``rules`` are the known rule ids. Raises PolicyError where a file as a whole is not a list of waivers.
    """
    waivers: list[Waiver] = []
    problems: list[Diagnostic] = []
    for document in documents:
        entries = validated(document, WaiversDocument).waivers
        for index in range(len(entries)):
            waiver, wrong = _waiver(document, index, rules)
            problems.extend(wrong)
            if waiver is None:
                continue
            twin = next((w for w in waivers if w.id == waiver.id), None)
            if twin is None:
                waivers.append(waiver)
            else:
                span = document.span(("waivers", index, "id"))
                message = f"waiver `{waiver.id}` exists already in {twin.file}:{twin.line}"
                problems.append(_inert(at(document, span, "duplicate-waiver", message)))
    return tuple(waivers), tuple(problems)


def _waiver(document: Document, index: int, rules: Collection[str]) -> tuple[Waiver | None, list[Diagnostic]]:
    """The waiver at an index, or what is wrong with it."""
    within = ("waivers", index)
    given = document.value["waivers"][index]
    problems = [*_unknown_rules(document, within, given, rules), *_wrong_dates(document, within, given)]
    try:
        entry = validated(document, WaiverDocument, value=given, within=within)
    except PolicyError as error:
        told = {
            (d.line, d.column) for d in error.diagnostics
        }  # of one value the form is wrong or the content
        besides = [d for d in problems if (d.line, d.column) not in told]
        return None, [_inert(d) for d in (*error.diagnostics, *besides)]
    if problems:
        return None, [_inert(d) for d in problems]
    waiver = Waiver(
        id=entry.id,
        rules=tuple(entry.rules),
        assets=tuple(entry.assets),
        approver=entry.approver,
        justification=entry.justification,
        granted=parse_day(entry.granted),
        expires=parse_day(entry.expires),
        environments=tuple(entry.environments or ()),
        file=document.file,
        line=document.span((*within, "id")).line,
    )
    return waiver, []


def _unknown_rules(
    document: Document, within: tuple[str | int, ...], given: dict[str, Any], rules: Collection[str]
) -> Iterator[Diagnostic]:
    named = given.get("rules")
    for position, rule in enumerate(named if isinstance(named, list) else ()):
        if isinstance(rule, str) and rule not in rules:
            guess = nearest(rule, rules)
            hint = f"did you mean `{guess}`?" if guess else ""
            span = document.span((*within, "rules", position))
            yield at(document, span, "unknown-rule", f"`{rule}` is not a rule of this bundle", help=hint)


def _wrong_dates(
    document: Document, within: tuple[str | int, ...], given: dict[str, Any]
) -> Iterator[Diagnostic]:
    dates: list[datetime] = []
    for name in ("granted", "expires"):
        text = given.get(name)
        if not isinstance(text, str):
            continue
        try:
            dates.append(parse_day(text))
        except (ValueError, OverflowError):
            span = document.span((*within, name))
            yield at(document, span, "bad-date", f"`{text}` is not a date", help="write year-month-day")
    if len(dates) == 2 and dates[1] <= dates[0]:
        span = document.span((*within, "expires"))
        yield at(document, span, "bad-date", "the waiver ends before it begins")


def _inert(diagnostic: Diagnostic) -> Diagnostic:
    """The same problem as a warning: a waiver that is wrong changes no decision."""
    note = "this waiver does nothing"
    text = f"{diagnostic.help}; {note}" if diagnostic.help else note
    return diagnostic._replace(severity="warning", help=text)

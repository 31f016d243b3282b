"""A Statement of Applicability as facts and tables: what Markdown, HTML and CSV are written from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog import objectives
from aims_policy.reports.page.values import amount, moment, place
from aims_policy.statement.sheet import Sheet, Table
from aims_policy.statement.standing import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.statement.applicability import Row, Statement
    from aims_policy.statement.profile import Risk, Said

_COLUMNS = ("control", "decision", "justification", "implementation", "responsible", "status", "assets")
CSV_COLUMNS = (
    "control", "title", "objective", "decision", "ground", "justification", "implementation", "rules",
    "documents", "responsible", "risks", "status", "error", "fail", "missing", "waived", "set aside", "pass",
    "waivers", "recorded", "lacks", "remarks", "place",
)  # fmt: skip
OVERRIDES = "Rules that the workspace overrides for all assets"
_OWN = "Controls of the organization's own"


def soa_sheet(statement: Statement) -> Sheet:
    """The sheet: a table for each objective."""
    tables = []
    for identifier, title in headings():
        rows = tuple(_cells(row, statement) for row in statement.rows if row.objective == identifier)
        if rows:
            tables.append(Table(title, _COLUMNS, rows))
    return Sheet(
        title=f"Statement of Applicability: {statement.organization}",
        facts=tuple(facts(statement)),
        open=verdict(statement),
        tables=(*tables, *_overrides(statement), *_assets(statement)),
        made=(statement.engine, f"bundle {statement.bundle_digest}"),
    )


def headings() -> list[tuple[str, str]]:
    """Objectives by id with their headings; "" for controls of the organization's own."""
    return [*((o.id, f"{o.id} {o.title}") for o in objectives().values()), ("", _OWN)]


def facts(statement: Statement) -> list[tuple[str, str]]:
    """Labels and texts at the top, the same in every form."""
    declared = statement.declared
    by = declared.approver if declared is not None else ""
    on = declared.approved_on if declared is not None else None
    approved = f"by {by or 'nobody named'}{f' on {moment(on)}' if on is not None else ', no date'}"
    plan = declared.risk_treatment_plan if declared is not None else ""
    version = f", version {declared.version}" if declared is not None and declared.version else ""
    counted = amount(len(statement.assets), "asset")
    return [
        ("statement", f"{declared.file}{version}" if declared is not None else "none"),
        ("approved", approved if declared is not None else "no"),
        ("risk plan", plan or "not named"),
        ("status", f"as of {moment(statement.date)} for {statement.environment}, by decisions on {counted}"),
        *([("on record", _on_record(statement))] if statement.ledger else []),
    ]


def verdict(statement: Statement) -> tuple[str, tuple[str, ...]]:
    """Whether it is complete, and what is missing."""
    number = len(statement.missing)
    if not number:
        return "Complete: every control is decided and justified, and the statement is approved.", ()
    controls: dict[str, list[str]] = {}
    for control, what in statement.missing:
        controls.setdefault(what, []).extend([control] if control else [])
    missing = tuple(f"{what}: {', '.join(of)}" if of else what for what, of in controls.items())
    return f"Incomplete: {amount(number, 'thing')} {'is' if number == 1 else 'are'} missing", missing


def counts(row: Row) -> str:
    """How many assets are in which state, the worst first."""
    return ", ".join(f"{len(ids)} {WORDS.get(state, state)}" for state, ids in row.assets.items())


def risks(found: Iterable[Risk]) -> list[str]:
    """Each with the assets that it is a risk of."""
    assets: dict[str, list[str]] = {}
    for risk in found:
        assets.setdefault(risk.id, []).extend([risk.asset] if risk.asset else [])
    return [(own or "without id") + (f" ({', '.join(of)})" if of else "") for own, of in assets.items()]


def waivers(row: Row) -> list[str]:
    """Those that hold for findings of the control, with who approved them and until when they hold."""
    return [f"{w.id} by {w.approver} until {w.expires[:10]}" for w in row.waivers]


def csv_rows(statement: Statement) -> list[list[str]]:
    """A line for each control, all of it."""
    return [_csv_row(row, statement) for row in statement.rows]


def _csv_row(row: Row, statement: Statement) -> list[str]:
    states = ("error", "fail", "missing", "waived", "set_aside", "pass")
    return [
        *(row.control, row.title, row.objective, row.decided, row.ground, row.justification),
        *(row.implementation, " ".join(row.rules), _lines(row.documents), _names(row.responsible)),
        "; ".join(risks(row.risks)),
        WORDS.get(row.status, row.status),
        *(str(len(row.assets.get(state, ()))) for state in states),
        "; ".join(waivers(row)),
        recorded_of(row, statement),
        *("; ".join(row.lacks), "; ".join(row.remarks)),
        place(statement.declared.file, row.line) if statement.declared is not None and row.line else "",
    ]


def _cells(row: Row, statement: Statement) -> tuple[str, ...]:
    on_record = recorded_of(row, statement)
    how = [row.implementation, *(said.text for said in row.documents), _rules(row)]
    why = [row.justification, *(f"missing: {lack}" for lack in row.lacks)]
    why += [f"risks: {', '.join(risks(row.risks))}"] if row.risks else []
    why += [f"note: {remark}" for remark in row.remarks]
    return (
        f"{row.control} {row.title}".rstrip(),
        row.decided,
        "\n".join(text for text in why if text),
        "\n".join(text for text in how if text),
        _names(row.responsible),
        WORDS.get(row.status, row.status),
        "\n".join(text for text in (counts(row), *waivers(row), on_record) if text),
    )


def _rules(row: Row) -> str:
    """The names of the rules, without the control that most begin with."""
    names = ", ".join(rule.removeprefix(f"{row.control}/") for rule in row.rules)
    return f"{amount(len(row.rules), 'rule')}: {names}" if names else ""


def _names(said: Iterable[Said]) -> str:
    return ", ".join(dict.fromkeys(one.text for one in said))


def _lines(said: Iterable[Said]) -> str:
    return "; ".join(one.text for one in said)


def recorded_of(row: Row, statement: Statement) -> str:
    """How many of the assets asked are on record, since when, and how many of them as they are now."""
    if not statement.ledger or not row.assets:
        return ""
    ids = [own for found in row.assets.values() for own in found]
    entries = [statement.recorded[own] for own in ids if own in statement.recorded]
    if not entries:
        return f"none of {len(ids)} on record"
    oldest = min(entry.recorded_at for entry in entries)
    stale = sum(1 for entry in entries if not entry.current)
    since = f"{len(entries)} of {len(ids)} on record, the oldest of {oldest[:10]}"
    return since + (f"; {stale} of other files or rules than now" if stale else "")


def _on_record(statement: Statement) -> str:
    entries = statement.recorded.values()
    current = sum(1 for entry in entries if entry.current)
    counted = f"{len(entries)} of {amount(len(statement.assets), 'asset')}"
    return f"{counted}, {current} of them as their files and the rules are now"


def _overrides(statement: Statement) -> list[Table]:
    rows = tuple((note.message, place(note.file, note.line)) for note in statement.notes)
    return [Table(OVERRIDES, ("override", "where"), rows)] if rows else []


def _assets(statement: Statement) -> list[Table]:
    rows = []
    for asset in statement.assets:
        entry = statement.recorded.get(asset.id)
        on_record = [entry.recorded_at, entry.decision_digest] if entry is not None else ["", ""]
        row = [asset.id, asset.version, asset.verdict, asset.tier, asset.decision_digest]
        rows.append(tuple([*row, *on_record] if statement.ledger else row))
    columns = ("asset", "version", "verdict", "tier", "decision")
    recorded = ("recorded", "recorded decision") if statement.ledger else ()
    return [Table("Decisions that the status comes from", (*columns, *recorded), tuple(rows))] if rows else []

"""A statement to begin with: every control that nobody has decided on yet, with what its deciders should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.reports.page.values import amount
from aims_policy.statement.soa_sheet import counts, headings, risks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.statement.applicability import Row, Statement

_HEAD = """\
# The Statement of Applicability (clause 6.1.3), to be named under `statement` in aims.yaml. For each control write
# `applicable: true` or `applicable: false`, and why; of an exclusion also its ground, `no_risk_needs_it` or
# `not_required_externally`. `TODO` counts as missing. Comments tell what is known already; take them out as you like.
apiVersion: aims/v1
kind: StatementOfApplicability
metadata: {name: statement}
approver: TODO # who of the management approved it
# approved_on: 2026-01-31
risk_treatment_plan: TODO # where it is
controls:
"""


def draft(statement: Statement) -> str:
    """The file as YAML; of a statement that is there already only the controls that it does not list."""
    entries = list(_entries(statement))
    head = _HEAD if statement.declared is None else f"# to be added to {safe(statement.declared.file)}\n"
    return head + "\n".join(entries) + "\n" if entries else head


def _entries(statement: Statement) -> Iterator[str]:
    for identifier, heading in headings():
        rows = [row for row in statement.rows if row.objective == identifier and not row.line]
        if rows:
            yield f"  # {safe(heading)}"
        for row in rows:
            yield from _entry(row)


def _entry(row: Row) -> Iterator[str]:
    yield f"  - control: {row.control}{f' # {safe(row.title)}' if row.title else ''}"
    known = [counts(row) or "asked of no asset", amount(len(row.rules), "rule")]
    known += (
        [f"answers for it: {', '.join(said.text for said in row.responsible)}"] if row.responsible else []
    )
    known += [f"risks: {', '.join(risks(row.risks))}"] if row.risks else []
    yield f"    # {safe('; '.join(known))}"
    yield "    # applicable: true"
    yield "    justification: TODO"

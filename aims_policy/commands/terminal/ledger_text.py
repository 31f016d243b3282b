"""What ``aims ledger`` says: for people and for machines."""

from __future__ import annotations

import base64
import json
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Any

from aims_policy.commands.terminal.streams import wants_color
from aims_policy.decision.plain import dumps
from aims_policy.diagnostics import safe
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.reports.page.values import amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.ledger import Entry, Input
    from aims_policy.ledger.replay import Replayed
    from aims_policy.ledger.verify import Verified

_FOLLOWS = "content-stray"
_FEW = 3
"""So many faults are shown that only follow from one: what belonged to an entry that cannot be read any more."""

_ALONE = "      That no end was cut off, and not all of it was made anew, shows only against a --checkpoint."

_COLORS = {"pass": "\x1b[32m", "fail": "\x1b[31m"}
_PLAIN = "\x1b[0m"
_HEADINGS = ("no.", "id", "recorded", "verdict", "asset", "environment", "by")


def verified_text(found: Verified, ledger: str, checkpoints: int) -> str:
    """What verifying found, one line for each fault."""
    if not found.faults:
        known = f", and as {amount(checkpoints, 'checkpoint')} had it" if checkpoints else ""
        kept = f", {amount(found.inputs, 'kept input')}" if found.inputs else ""
        lines = [
            f"OK    {safe(ledger)}  {amount(found.entries, 'entry', 'entries')}{kept}: as recorded{known}",
            f"      head {found.head.sequence} {found.head.hash}",
            *([] if checkpoints else [_ALONE]),
        ]
        return "\n".join([*lines, ""])
    lines = [f"BROKEN  {safe(ledger)}"]
    for code, alike in groupby(found.faults, key=lambda f: f.code):
        faults = list(alike)
        shown = faults if code != _FOLLOWS or len(faults) <= _FEW else faults[:_FEW]
        lines += [f"  {safe(f.place)}: error[{f.code}]: {safe(f.message)}" for f in shown]
        if left := len(faults) - len(shown):
            lines.append(f"  … and {left:,} more of [{code}], as where an entry is altered or gone")
    if found.more:
        lines.append("  … and more")
    return "\n".join([*lines, ""])


def verified_json(found: Verified) -> str:
    """The same for machines."""
    return _document(
        "LedgerVerification",
        verdict="fail" if found.faults else "pass",
        ledger_id=found.ledger_id,
        head=found.head._asdict(),
        entries=found.entries,
        inputs=found.inputs,
        faults=[f._asdict() for f in found.faults],
        more=found.more,
    )


def list_text(entries: Sequence[Entry]) -> str:
    """One line for each entry."""
    rows = [
        (
            str(e.sequence),
            e.id[:12],
            f"{safe(e.recorded_at[:19])}Z",
            safe(e.verdict),
            safe(_asset(e)),
            safe(e.environment),
            safe(e.source),
        )
        for e in entries
    ]
    return _table([_HEADINGS, *rows], verdict=3) if rows else "no entry\n"


def list_json(entries: Sequence[Entry]) -> str:
    """The same for machines, without findings: `export` and `show` have them."""
    return _document("LedgerEntries", entries=[_facts(e) for e in entries])


def entry_text(entry: Entry) -> str:
    """An entry, and the findings of its decision that are not a pass."""
    decision = json.loads(entry.decision, parse_float=str)
    facts = [
        ("entry", f"{entry.sequence}  {entry.id}"),
        ("recorded", f"{entry.recorded_at} by {entry.source}" + _of(entry.request_id)),
        ("asset", _asset(entry)),
        ("decided", f"{_painted(safe(entry.verdict))} for {_said(entry, decision)}"),
        ("bundle", entry.bundle_digest),
        ("decision", entry.decision_digest),
        ("hash", entry.hash),
        ("follows", entry.previous),
        *(("input", _input(given)) for given in entry.inputs),
    ]
    lines = [f"{label:<9} {value if label == 'decided' else safe(value)}" for label, value in facts]
    found = [f for f in decision["findings"] if f["outcome"] not in ("pass", "not_applicable")]
    if found:
        lines.append("")
        lines += [f"{safe(f['outcome']):<8} {safe(f['enforcement']):<6} {safe(f['rule'])}" for f in found]
    return "\n".join([*lines, ""])


def _said(entry: Entry, decision: Mapping[str, Any]) -> str:
    return safe(f"{entry.environment} at {entry.at}: {decision['reason']}")


def entry_json(entry: Entry) -> str:
    """All of an entry; numbers of the decision keep all their digits."""
    from decimal import Decimal

    return dumps({**_facts(entry), "decision": json.loads(entry.decision, parse_float=Decimal)}) + "\n"


def entry_line(entry: Entry, *, with_inputs: bool) -> str:
    """All of an entry in one line of JSON; the decision's numbers as they are written in it."""
    facts = _facts(entry)
    if with_inputs:
        for plain, given in zip(facts["inputs"], entry.inputs, strict=True):
            plain["content"] = base64.b64encode(given.content).decode() if given.content is not None else None
    head = json.dumps(facts, separators=(",", ":"))
    decision = "".join(line.strip() for line in entry.decision.split("\n"))  # texts have no line ends in JSON
    return f'{head[:-1]},"decision":{decision}}}\n'


def replayed_text(results: Sequence[Replayed]) -> str:
    """How each came out, what flips, and the sum."""
    lines: list[str] = []
    for r in results:
        note = f"  {safe(r.note)}" if r.note else ""
        lines.append(
            f"{r.status:<9}  {r.entry.sequence:>6}  {r.entry.id[:12]}  {safe(_asset(r.entry))}{note}"
        )
        lines += [
            f"{'':21}{safe(f.subject)}: {safe(f.before) or '-'} ⇒ {safe(f.after) or '-'}" for f in r.flips
        ]
    statuses = [r.status for r in results]
    counts = ", ".join(f"{statuses.count(s)} {s}" for s in dict.fromkeys(statuses))
    flipped = sum(any(f.subject == "verdict" for f in r.flips) for r in results)
    end = f"; {amount(flipped, 'verdict')} would flip" if flipped else ""
    return "\n".join(
        [*lines, f"{amount(len(results), 'entry', 'entries')} decided again: {counts or 'none'}{end}", ""]
    )


def replayed_json(results: Sequence[Replayed]) -> str:
    """The same for machines."""
    plain = [
        {
            "sequence": r.entry.sequence,
            "id": r.entry.id,
            "asset": _asset(r.entry),
            "status": r.status,
            "note": r.note,
            "recorded_verdict": r.entry.verdict,
            "verdict": r.verdict,
            "flips": [f._asdict() for f in r.flips],
        }
        for r in results
    ]
    return _document("LedgerReplay", entries=plain)


def _facts(entry: Entry) -> dict[str, Any]:
    plain = entry._asdict()
    del plain["decision"]
    plain["inputs"] = [
        {
            "name": i.name,
            "format": i.format,
            "digest": i.digest,
            "masked": list(i.masked),
            "withheld": i.withheld,
            "evidence_on": i.evidence_on,
        }
        for i in entry.inputs
    ]
    return plain


def _document(kind: str, **content: Any) -> str:
    return dumps({"apiVersion": "aims/v1", "kind": kind, **content}) + "\n"


def _asset(entry: Entry) -> str:
    version = f" {entry.subject_version}" if entry.subject_version else ""
    return f"{asset_id(entry.subject_kind, entry.subject_name)}{version}"


def _input(given: Input) -> str:
    kept = "kept" if given.content is not None else "not kept"
    if given.masked:
        kept += f", masked {', '.join(given.masked)}"
    on = f", evidence on {given.evidence_on}" if given.evidence_on else ""
    return f"{given.name}  {given.digest}  {given.withheld or kept}{on}"


def _of(request_id: str) -> str:
    return f", request {request_id}" if request_id else ""


def _table(rows: Sequence[Sequence[str]], *, verdict: int) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
        cells[verdict] = cells[verdict].replace(row[verdict], _painted(row[verdict]), 1)
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, ""])


def _painted(verdict: str) -> str:
    if verdict in _COLORS and wants_color(sys.stdout):
        return f"{_COLORS[verdict]}{verdict}{_PLAIN}"
    return verdict

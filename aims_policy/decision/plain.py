"""A decision as plain data and as JSON text: what reports print and the ledger keeps, to the byte.

Keys stand in the order of the records, numbers exactly as they were given, moments in ISO 8601, so that the
same decisions are the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.decision.record import Finding
from aims_policy.decision.summary import count
from aims_policy.diagnostics import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.decision.record import Decision, Evidence, Gap, Subject, WaiverUse

API_VERSION = "aims/v1"
NOTICE = "evidence and a decision, not a certification"

_SAID = Finding._fields.index("evidence")
"""So many first fields of a finding follow from the rule and the outcome alone."""


_NOTHING_FOUND = tuple(Finding._field_defaults.values())


class Piece(NamedTuple):
    """A part of a decision's text; ``shared`` where other decisions under the same bundle have the same part."""

    text: str
    shared: bool


def render(decision: Decision) -> str:
    """One decision as JSON."""
    return "".join([piece.text for piece in pieces(decision)])


def pieces(decision: Decision) -> tuple[Piece, ...]:
    """What `render` joins: the decision up to its findings, each finding, and what comes after.

    What rules say is most of a decision's text and the same in each, so it is made, and can be kept, once.
    The first and the last piece together are the JSON of the decision without its findings.
    """
    bare = {**to_plain(decision._replace(findings=())), "counts": count(decision)._asdict()}
    head, _, tail = dumps(bare).partition('"findings": []')
    found = [Piece(f'{head}"findings": [', False)]
    for number, finding in enumerate(decision.findings):
        if finding[_SAID:] == _NOTHING_FOUND:
            found.append(_plain_finding(finding[:_SAID], number == 0))
        else:
            found.append(Piece(_said(finding[:_SAID], number == 0), True))
            found.append(Piece(_found(finding), False))
    end = "\n  ]" if decision.findings else "]"
    return (*found, Piece(f"{end}{tail}\n", False))


def to_plain(decision: Decision) -> dict[str, Any]:
    """The decision as plain data: dict, list, text, int, Decimal, bool, None."""
    counts = count(decision)
    return {
        "apiVersion": API_VERSION,
        "kind": "Decision",
        "verdict": decision.verdict,
        "reason": decision.reason,
        "subject": _subject(decision.subject),
        "environment": decision.environment,
        "at": decision.at,
        "tier": decision.tier,
        "tier_declared": decision.tier_declared,
        "counts": counts._asdict(),
        "findings": [_finding(f) for f in decision.findings],
        "notices": [to_json(n) for n in decision.notices],
        "engine": decision.engine,
        "bundle_digest": decision.bundle_digest,
        "context_digest": decision.context_digest,
        "digest": decision.digest,
        "notice": NOTICE,
    }


def dumps(plain: Any) -> str:
    """Plain data as JSON with two blanks of indent; a Decimal keeps all its digits, and control characters are escaped.

    >>> print(dumps({"a": [Decimal("0.10"), True], "b": {}}))
    {
      "a": [
        0.10,
        true
      ],
      "b": {}
    }
    """
    return "".join(written(plain, "\n"))


def _finding(finding: Finding) -> dict[str, Any]:
    plain = finding._asdict()
    plain["controls"] = list(finding.controls)
    plain["evidence"] = [_evidence(e) for e in finding.evidence]
    plain["missing"] = [_gap(g) for g in finding.missing]
    plain["waiver"] = _waiver(finding.waiver)
    plain["disagreements"] = list(finding.disagreements)
    return plain


def _subject(subject: Subject) -> dict[str, Any]:
    return {**subject._asdict(), "sources": [source._asdict() for source in subject.sources]}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {**evidence._asdict(), "value": plain_value(evidence.value)}


def _gap(gap: Gap) -> dict[str, Any]:
    return gap._asdict()


def _waiver(waiver: WaiverUse | None) -> dict[str, Any] | None:
    return waiver._asdict() if waiver is not None else None


def plain_value(value: Any) -> Any:
    """A value of evidence as plain data: moments as ISO 8601, sets in order."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"P{value.days}DT{value.seconds + value.microseconds / 1_000_000:g}S"
    if isinstance(value, dict):
        return {str(k): plain_value(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return [plain_value(v) for v in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [plain_value(v) for v in value]
    return value if value is None or isinstance(value, str | bool | int | Decimal) else str(value)


@lru_cache(8192)
def _plain_finding(said: tuple[Any, ...], first: bool) -> Piece:
    return Piece(_said(said, first) + _found(Finding(*said)), True)


@lru_cache(8192)
def _said(said: tuple[Any, ...], first: bool) -> str:
    """The text of a finding as far as it follows from the rule and the outcome."""
    plain = dict(zip(Finding._fields, (list(v) if isinstance(v, tuple) else v for v in said), strict=False))
    text = "".join(written(plain, "\n    ")).removesuffix("\n    }")
    return ("" if first else ",") + "\n    " + text


def _found(finding: Finding) -> str:
    """The rest: what was read, what is missing."""
    plain = dict(list(_finding(finding).items())[_SAID:])
    return "," + "".join(written(plain, "\n    "))[1:]


def written(plain: Any, newline: str) -> Iterator[str]:
    """As `dumps`, in parts. An iterator stands for a list that is made as it is written, and is not empty."""
    if isinstance(plain, Decimal):
        yield str(plain)
    elif isinstance(plain, dict) and plain:
        yield from _block("{", "}", ((f"{json.dumps(str(k))}: ", v) for k, v in plain.items()), newline)
    elif isinstance(plain, Iterator) or (isinstance(plain, list | tuple) and plain):
        yield from _block("[", "]", (("", v) for v in plain), newline)
    else:
        yield json.dumps(plain)


def _block(start: str, end: str, members: Iterable[tuple[str, Any]], newline: str) -> Iterator[str]:
    inner = newline + "  "
    separator = start
    for label, value in members:
        yield f"{separator}{inner}{label}"
        yield from written(value, inner)
        separator = ","
    yield newline + end

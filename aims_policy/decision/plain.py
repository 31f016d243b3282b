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
from json.encoder import encode_basestring_ascii as _quoted
from typing import TYPE_CHECKING, Any

from aims_policy.decision.record import Finding
from aims_policy.decision.summary import count
from aims_policy.diagnostics import to_json
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.decision.record import Decision, Evidence, Subject

API_VERSION = "aims/v1"
NOTICE = "evidence and a decision, not a certification"

_SAID = Finding._fields.index("waiver")
"""So many first fields of a finding follow from the rule and the outcome alone."""

_WORDS = {None: "null", True: "true", False: "false"}
_WITHIN = "\n    "
"""Where a finding begins."""

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
    head, _, tail = dumps(_around(decision, [])).partition('"findings": []')
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
    return _around(decision, [_finding(f) for f in decision.findings])


def _around(decision: Decision, findings: list[dict[str, Any]]) -> dict[str, Any]:
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
        "counts": count(decision)._asdict(),
        "findings": findings,
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
    return _text(plain, "\n")


def written(plain: Any, newline: str = "\n") -> Iterator[str]:
    """What `dumps` gives, in parts: an iterator in it is a list whose items, plain data, are made one at a time."""
    inner = newline + "  "
    members: Iterator[tuple[str, Iterable[str]]]
    if isinstance(plain, Iterator):
        ends, members = "[]", (("", (_text(item, inner),)) for item in plain)
    elif isinstance(plain, dict):
        ends, members = "{}", ((f"{_quoted(str(k))}: ", written(v, inner)) for k, v in plain.items())
    elif isinstance(plain, list | tuple):
        ends, members = "[]", (("", written(item, inner)) for item in plain)
    else:
        yield _text(plain, newline)
        return
    separator = ends[0]
    for label, parts in members:
        yield f"{separator}{inner}{label}"
        yield from parts
        separator = ","
    yield newline + ends[1] if separator == "," else ends


def _finding(finding: Finding) -> dict[str, Any]:
    said = dict(zip(Finding._fields, finding[:_SAID], strict=False))
    return {**said, "controls": list(finding.controls), **_rest(finding)}


def _rest(finding: Finding) -> dict[str, Any]:
    """What was found: the evidence that was read, what is missing."""
    evidence, missing, error = finding.evidence, finding.missing, finding.error
    return {
        "evidence": [_evidence(e) for e in evidence],
        "missing": [g._asdict() for g in missing],
        "error": error,
        "waiver": finding.waiver._asdict() if finding.waiver is not None else None,
        "disagreements": list(finding.disagreements),
    }


def _subject(subject: Subject) -> dict[str, Any]:
    return {**subject._asdict(), "sources": [source._asdict() for source in subject.sources]}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    plain = evidence._asdict()
    plain["value"] = plain_value(evidence.value)
    return plain


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
    text = _text(dict(zip(Finding._fields, said, strict=False)), _WITHIN).removesuffix("\n    }")
    return ("" if first else ",") + "\n    " + text


def _found(finding: Finding) -> str:
    """The text of the rest."""
    return "," + _text(_rest(finding), _WITHIN)[1:]


def _text(plain: Any, newline: str) -> str:
    """JSON at an indent. Written out by type: most of what a report costs is spent here."""
    kind = type(plain)
    if kind is str:
        return _quoted(plain)
    if kind is int or kind is Decimal:
        return str(plain)
    if plain is None or kind is bool:
        return _WORDS[plain]
    inner = newline + "  "
    if isinstance(plain, dict):
        members = [f"{inner}{_quoted(str(key))}: {_text(value, inner)}" for key, value in plain.items()]
        return f"{{{','.join(members)}{newline}}}" if members else "{}"
    if isinstance(plain, list | tuple):
        return f"[{','.join([inner + _text(value, inner) for value in plain])}{newline}]" if plain else "[]"
    return json.dumps(plain)

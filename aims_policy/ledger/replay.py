"""Deciding again what was recorded: under the same bundle to the same bytes, under another with what would change."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import aims_policy
from aims_policy.decision import decide
from aims_policy.decision.plain import render
from aims_policy.ledger.masking import hidden_again, hide
from aims_policy.ledger.recovery import is_subject, manifests_of, unrepeatable
from aims_policy.ledger.unpacking import decision_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.ledger.record import Entry, Input
    from aims_policy.policy.bundle import Bundle

    Find = Callable[[str], bytes | None]

Status = Literal["identical", "changed", "differs", "masked", "lacking"]


class Flip(NamedTuple):
    """What is not as it was: of the ``verdict``, or of a rule its outcome and enforcement ("" where it has none)."""

    subject: str
    before: str
    after: str


class Replayed(NamedTuple):
    """An entry decided again.

    ``identical``: to the byte. ``changed``: another bundle or another version of the engine decides, with `flips`
    as the result (there may be none). ``differs``: the same bundle and engine decide otherwise, which must not be.
    ``masked``: a value that rules may read was masked. ``lacking``: the inputs are not there, or cannot be read, or
    evidence came from verifying a signature, which cannot be done again without what was signed.
    """

    entry: Entry
    status: Status
    note: str
    flips: tuple[Flip, ...] = ()
    verdict: str = ""


def replay(entry: Entry, bundle: Bundle, find: Find = lambda _digest: None) -> Replayed:
    """Decide the inputs of an entry again, at the time and for the environment that it was decided for.

    ``find`` gives the content of an input that was not kept, by its digest.
    """
    reason = unrepeatable(entry.inputs)
    if reason:
        return Replayed(entry, "lacking", reason)
    at_hand = [(given, find(given.digest)) for given in entry.inputs]
    lacking = [g for g, found in at_hand if found is None and g.content is None]
    if lacking or not at_hand:
        names = ", ".join(f"{g.name} ({g.digest})" for g in lacking)
        return Replayed(entry, "lacking", f"not kept, and not found: {names or 'its inputs'}")
    files = [g if found is None else g._replace(content=found) for g, found in at_hand]
    copies = any(found is None and g.masked for g, found in at_hand)
    try:
        recorded = decision_of(entry)
        decided_at = datetime.fromisoformat(recorded["at"])
    except ValueError as error:
        return Replayed(entry, "differs", f"no decision can be read in it: {error}")
    try:
        decision = _decided(entry, recorded, decided_at, files, bundle)
    except (SourceError, LookupError) as error:
        reason = error.diagnostics[0].message if isinstance(error, SourceError) else str(error)
        return Replayed(entry, "masked" if copies else "lacking", f"the inputs cannot be read: {reason}")
    return _compared(entry, recorded, decision, copies)


def _decided(
    entry: Entry, recorded: dict[str, Any], at: datetime, files: Sequence[Input], bundle: Bundle
) -> Decision:
    manifests = manifests_of(files, bundle)
    own = next((m for m in manifests if is_subject(m, recorded["subject"])), None)
    if own is None:
        raise LookupError(f"there is no {entry.subject_kind} `{entry.subject_name}` in them")
    [(_, decision)] = decide(
        [own],
        bundle,
        environment=recorded["environment"],
        at=at,
        inventory=[m for m in manifests if m is not own],
        evidence_of_passes=any(f["outcome"] == "pass" and f["evidence"] for f in recorded["findings"]),
    )
    if any(given.masked or given.withheld for given in entry.inputs):
        decision = hide(decision, hidden_again(files))
    return decision


def _compared(entry: Entry, recorded: dict[str, Any], decision: Decision, copies: bool) -> Replayed:
    text = render(decision)
    if text == entry.decision:
        return Replayed(entry, "identical", "", verdict=decision.verdict)
    decided = json.loads(text, parse_float=str)
    flips = tuple(_flips(recorded, decided))
    if copies:
        return Replayed(
            entry, "masked", "a masked value was read: cannot be byte-identical", flips, decision.verdict
        )
    same_engine = recorded["engine"] == decided["engine"]
    if recorded["bundle_digest"] != decided["bundle_digest"]:
        return Replayed(entry, "changed", "another bundle", flips, decision.verdict)
    if not same_engine:
        return Replayed(
            entry,
            "changed",
            f"by {recorded['engine']}, now aims_policy {aims_policy.__version__}",
            flips,
            decision.verdict,
        )
    if _without_places(recorded) == _without_places(decided):
        note = "but for the folder from which policies are named"
        return Replayed(entry, "identical", note, verdict=decision.verdict)
    return Replayed(entry, "differs", "the same bundle decides otherwise", flips, decision.verdict)


def _flips(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Flip]:
    if before["verdict"] != after["verdict"]:
        yield Flip("verdict", before["verdict"], after["verdict"])
    old = {f["rule"]: _outcome(f) for f in before["findings"]}
    new = {f["rule"]: _outcome(f) for f in after["findings"]}
    for rule in dict.fromkeys([*old, *new]):
        if old.get(rule) != new.get(rule):
            yield Flip(rule, old.get(rule, ""), new.get(rule, ""))


def _outcome(finding: dict[str, Any]) -> str:
    enforcement = finding["enforcement"]
    return f"{finding['outcome']} → {enforcement}" if enforcement else str(finding["outcome"])


def _without_places(plain: dict[str, Any]) -> dict[str, Any]:
    """A decision without the names of policy files: they are as seen from the folder where it was made."""
    findings = [
        {
            **f,
            "policy_file": "",
            "evidence": [{**e, "file": ""} if e["source"] == "appetite" else e for e in f["evidence"]],
            "waiver": {**f["waiver"], "file": ""} if f["waiver"] else None,
        }
        for f in plain["findings"]
    ]
    notices = [{**n, "file": ""} for n in plain["notices"]]
    return {**plain, "findings": findings, "notices": notices}

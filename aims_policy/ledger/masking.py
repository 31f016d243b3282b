"""Values that must never be written, named by JSON pointers: taken out of kept inputs and of the evidence in decisions.

Whatever cannot be masked for certain is not written at all, and that is an alarm: an input that cannot be read
is withheld, and of a file that is not at hand all evidence is masked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.decision.record import Explanation
from aims_policy.diagnostics import Diagnostic, safe
from aims_policy.ledger.record import MASKED, Input, LedgerError
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aims_policy.decision.record import Decision, Evidence, Finding, Gap
    from aims_policy.ledger.packing import Packed
    from aims_policy.ledger.record import Entry, Record
    from aims_policy.manifest.manifest import Located
    from aims_policy.source import Span

Pointer = tuple[str, ...]
Path = tuple[str | int, ...]

_ANY = "*"
_IDENTITY = (("kind",), ("metadata", "name"), ("metadata", "version"))
_TELLING = 4
"""Shorter texts than this occur anywhere, and are looked for at their place only."""

_LINE_END = re.compile(r"\r\n|\r|\n")


class Cut(NamedTuple):
    """An input without its masked values, and how to know them in a decision."""

    content: bytes
    masked: tuple[str, ...]
    hidden: Hidden


class Hidden(NamedTuple):
    """Where masked values stand in a file, and what they say. ``everything`` where that is not known."""

    spans: tuple[Span, ...] = ()
    starts: frozenset[tuple[int, int]] = frozenset()  # of what contains a masked value
    secrets: tuple[str, ...] = ()
    everything: bool = False


class MaskingError(Exception):
    """A file could not be masked; the message says why, and shows nothing of it."""


def check_pointers(texts: Sequence[str]) -> tuple[Pointer, ...]:
    """JSON pointers (RFC 6901) as tuples of steps. Raises LedgerError.

    >>> check_pointers(["/spec/approvals/*/name"])
    (('spec', 'approvals', '*', 'name'),)
    """
    return tuple(_pointer(text) for text in texts)


def alarms(recorded: Iterable[Entry | Packed]) -> list[Diagnostic]:
    """What could not be masked, and was withheld: by file."""
    hint = "its content is not kept, and its evidence is not shown in the ledger"
    withheld = (i for one in recorded for i in one.inputs if i.withheld)
    return list(dict.fromkeys(Diagnostic("masking-failed", i.withheld, i.name, help=hint) for i in withheld))


def masked(record: Record, pointers: Sequence[Pointer]) -> Record:
    """The record without the values that the pointers name. An input that cannot be masked is withheld, and says so."""
    if not pointers:
        return record
    inputs: list[Input] = []
    hidden: dict[str, Hidden] = {}
    for given in record.inputs:
        try:
            cut = _cut(given, pointers)
        except MaskingError as error:
            reason = f"masking failed: {error}"
            inputs.append(given._replace(content=None, withheld=reason))
            hidden[given.name] = Hidden(everything=True)
        else:
            inputs.append(given._replace(content=cut.content, masked=cut.masked))
            hidden[given.name] = cut.hidden
    subject = record.decision.subject
    reason = "masking failed: it is not among the inputs"
    if subject.file not in hidden:
        inputs.append(Input(subject.file, subject.format, subject.digest, withheld=reason))
    own = asset_id(subject.kind, subject.name)
    for file, format_, digest, _ in subject.sources:
        if file not in hidden:
            inputs.append(Input(file, format_, digest, withheld=reason, evidence_on=own))
    return record._replace(decision=hide(record.decision, hidden), inputs=tuple(inputs))


def hide(decision: Decision, hidden: Mapping[str, Hidden]) -> Decision:
    """The decision with the masked values of the files taken out of its evidence."""
    findings = tuple(_finding(f, hidden) for f in decision.findings)
    secrets = [s for h in hidden.values() for s in h.secrets]
    notices = tuple(_notice(n, secrets) for n in decision.notices)
    return decision._replace(findings=findings, notices=notices)


def hidden_again(inputs: Iterable[Input]) -> dict[str, Hidden]:
    """What `hide` needs to mask a new decision on masked inputs as the recorded one was masked."""
    found: dict[str, Hidden] = {}
    for given in inputs:
        if given.content is None or given.withheld:
            found[given.name] = Hidden(everything=True)
        elif given.masked:
            found[given.name] = _cut(given, [_steps(p) for p in given.masked]).hidden
        else:
            found[given.name] = Hidden()
    return found


def _pointer(text: str) -> Pointer:
    if not text.startswith("/") or re.search(r"~(?![01])", text):
        message = f"`{safe(text[:100])}` is no JSON pointer"
        raise LedgerError(Diagnostic("bad-pointer", message, help="write it as `/spec/approvals/0/name`"))
    steps = _steps(text)
    if any(
        all(s in (_ANY, i) for s, i in zip(steps, identity, strict=False))
        for identity in _IDENTITY
        if len(steps) <= len(identity)
    ):
        message = f"`{safe(text[:100])}` is what the asset is known by, and cannot be masked"
        raise LedgerError(Diagnostic("bad-pointer", message))
    return steps


def _steps(text: str) -> Pointer:
    return tuple(s.replace("~1", "/").replace("~0", "~") for s in text[1:].split("/"))


def _text(path: Path) -> str:
    return "".join(f"/{str(s).replace('~', '~0').replace('/', '~1')}" for s in path)


def _cut(given: Input, pointers: Sequence[Pointer]) -> Cut:
    if given.content is None:
        raise MaskingError("its content is not at hand")
    text, documents = _read(given.content, given)
    found = [(d, path, value) for d in documents for path, value in _all_matches(d.value, pointers)]
    spans = sorted({d.span(path) for d, path, _ in found}, reverse=True)
    cut = _replaced(text, spans)
    secrets = tuple(dict.fromkeys(s for _, _, value in found for s in _scalars(value) if len(s) >= _TELLING))
    paths = {id(d): [p for o, p, _ in found if o is d] for d in documents}
    _check(cut, given, [_with_masks(d.value, paths[id(d)]) for d in documents], secrets)
    starts = frozenset(
        (s.line, s.column) for d, path, _ in found for n in range(len(path)) for s in (d.span(path[:n]),)
    )
    masked = tuple(dict.fromkeys(_text(path) for _, path, _ in found))
    return Cut(cut.encode(), masked, Hidden(tuple(spans), starts, secrets))


def _read(content: bytes, given: Input) -> tuple[str, Sequence[Located]]:
    from aims_policy.manifest.read import documents_of

    try:
        documents = documents_of(content, given.name)
    except SourceError:
        raise MaskingError("it cannot be read") from None
    return (documents[0].text if documents else ""), documents


def _all_matches(value: Any, pointers: Sequence[Pointer]) -> Iterator[tuple[Path, Any]]:
    """Each value that a pointer names, but those inside of another one that is masked as a whole."""
    found = dict(match for p in pointers for match in _matches(value, p, ()))
    for path, inner in found.items():
        if not any(path[:n] in found for n in range(len(path))):
            yield path, inner


def _matches(value: Any, pointer: Pointer, path: Path) -> Iterator[tuple[Path, Any]]:
    if not pointer:
        if value is not None:
            yield path, value
        return
    step, rest = pointer[0], pointer[1:]
    if isinstance(value, dict):
        for key in value if step == _ANY else [step] if step in value else []:
            yield from _matches(value[key], rest, (*path, key))
    elif isinstance(value, list):
        known = step.isdecimal() and int(step) < len(value)
        for index in range(len(value)) if step == _ANY else [int(step)] if known else []:
            yield from _matches(value[index], rest, (*path, index))


def _replaced(text: str, spans: Sequence[Span]) -> str:
    """The text with each span, the last first, replaced; what follows stays on its line."""
    starts = [0, *(m.end() for m in _LINE_END.finditer(text))]
    for span in spans:
        begin = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        text = f'{text[:begin]}"{MASKED}"{chr(10) * (span.end_line - span.line)}{text[end:]}'
    return text


def _check(cut: str, given: Input, expected: list[Any], secrets: Sequence[str]) -> None:
    """The masked text must say what the file says but for the masked values, which it must not say anywhere else."""
    _, documents = _read(cut.encode(), given)
    values = [d.value for d in documents]
    if values != expected:
        raise MaskingError("the masked values cannot be told from the rest")
    said = "\0".join(s for v in values for s in _scalars(v))
    if any(secret in cut and secret not in said for secret in secrets):
        raise MaskingError("a masked value also stands in a comment")


def _with_masks(value: Any, paths: Sequence[Path]) -> Any:
    if () in paths:
        return MASKED
    if isinstance(value, dict):
        return {k: _with_masks(v, _below(paths, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_with_masks(v, _below(paths, i)) for i, v in enumerate(value)]
    return value


def _below(paths: Sequence[Path], step: str | int) -> list[Path]:
    return [p[1:] for p in paths if p and p[0] == step]


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _scalars(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _scalars(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _finding(finding: Finding, hidden: Mapping[str, Hidden]) -> Finding:
    if not (finding.evidence or finding.missing or finding.error):
        return finding
    evidence = tuple(_evidence(e, hidden) for e in finding.evidence)
    touched = evidence != finding.evidence
    explanation = Explanation(
        evidence=evidence,
        missing=tuple(_gap(g, hidden) for g in finding.missing),
        error=MASKED if finding.error and (touched or _says(finding.error, hidden)) else finding.error,
    )
    return finding._replace(explanation=explanation)


def _evidence(evidence: Evidence, hidden: Mapping[str, Hidden]) -> Evidence:
    if evidence.source == "appetite" or not _is_hidden(evidence, hidden):
        return evidence
    return evidence._replace(value=MASKED)


def _is_hidden(evidence: Evidence, hidden: Mapping[str, Hidden]) -> bool:
    if evidence.source != "upstream":
        where = hidden.get(evidence.file)
        place = (evidence.line, evidence.column)
        if where is None or where.everything or place in where.starts:
            return True
        if any((s.line, s.column) <= place < (s.end_line, s.end_column) for s in where.spans):
            return True
    return any(_says(s, hidden) for s in _scalars(evidence.value))


def _gap(gap: Gap, hidden: Mapping[str, Hidden]) -> Gap:
    """Of a gap the reason may quote what stands there."""
    where = hidden.get(gap.file)
    unknown = gap.file and (where is None or where.everything) and "`" in gap.reason
    return gap._replace(reason=MASKED) if unknown or _says(gap.reason, hidden) else gap


def _notice(notice: Diagnostic, secrets: Sequence[str]) -> Diagnostic:
    return notice._replace(
        message=_without(notice.message, secrets),
        help=_without(notice.help, secrets),
        source_line=_without(notice.source_line, secrets),
    )


def _says(text: str, hidden: Mapping[str, Hidden]) -> bool:
    return any(secret in text for h in hidden.values() for secret in h.secrets)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASKED)
    return text

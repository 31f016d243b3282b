"""A rule to begin with: a policy that asks for one field of a manifest, and tests beside it that pass at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import nearest
from aims_policy.manifest.native.blanks import BLANK, hint
from aims_policy.manifest.native.shape import paths_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.manifest.native.shape import Shape

RULE_ID = re.compile(r"(?=.{1,120}$)[A-Z][A-Z0-9]{0,19}(?:\.\d{1,3}){1,4}/[a-z0-9][a-z0-9-]*", re.ASCII)
_FIELD = re.compile(r"(.+?)\[\]\.(.+)")
_PLAIN = re.compile(r"[$a-z](?:(?!: | #).)*")
_BARE = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*", re.ASCII)
_PROSE = (
    "What stands here says in whole sentences who does what, when and why, so that somebody who was not there can "
    "follow it, check each step against records, and tell how far its results may be relied upon by people affected."
)


class NoSuchFieldError(ValueError):
    """The field that the rule is to be about cannot be asked for; the message says why, and what could be."""


class Wanted(NamedTuple):
    """The rule: its id (``A.7.5/sources-named``), the field (``provenance.sources[].name``), and who is asked."""

    id: str
    field: str
    kinds: tuple[str, ...]
    severity: str
    title: str
    rationale: str

    @property
    def control(self) -> str:
        return self.id.partition("/")[0]

    @property
    def stem(self) -> str:
        """What its files are called: ``a-7-5-sources-named``."""
        return self.id.lower().replace(".", "-").replace("/", "-")


class Sample(NamedTuple):
    """A condition on a field (``@`` stands for it), a value that meets it, and by name values that do not."""

    condition: str
    value: Any
    others: Mapping[str, tuple[Any, str]]


def kinds_with(field: str, shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """The kinds of manifest that have the field.

    Raises NoSuchFieldError where none has it, or where it is nothing that a rule can ask for by itself.
    """
    having = tuple(kind for kind, shape in shapes.items() if field and field in paths_of(shape))
    if not having:
        known = [path for shape in shapes.values() for path in paths_of(shape)]
        likely = nearest(field, known)
        hinted = (
            f"Did you mean `{likely}`?" if likely else "`aims explain RULE` shows fields that rules read."
        )
        raise NoSuchFieldError(f"No kind of manifest has a field `{field}`. {hinted}")
    for kind in having:
        _sample(field, shapes[kind])
    return having


def new_rule(wanted: Wanted, shapes: Mapping[str, Shape]) -> dict[str, str]:
    """The files of the rule: name to text. Raises NoSuchFieldError as `kinds_with` does."""
    samples = {kind: _sample(wanted.field, shapes[kind]) for kind in wanted.kinds}
    condition = _condition(wanted.field, samples[wanted.kinds[0]].condition)
    return {
        f"{wanted.stem}.yaml": _policy(wanted, condition),
        f"{wanted.stem}.test.yaml": _tests(wanted, samples),
    }


def _condition(field: str, condition: str) -> str:
    entries = _FIELD.fullmatch(field)
    if entries is None:
        return condition.replace("@", field)
    return f"$all([{condition.replace('@', f'entry.{entries[2]}')} for entry in {entries[1]}])"


def _sample(field: str, shape: Shape) -> Sample:
    """Raises NoSuchFieldError where nothing can be asked of the field by itself."""
    at = shape
    for step in re.findall(r"\[\]|[^.\[\]]+", field):
        at = at[1] if step == "[]" else at[2][step]
    if field in ("kind", "metadata.name"):
        raise NoSuchFieldError(f"Every manifest has `{field}`: name another field.")
    if field.count("[]") > 1 or field.endswith("[]"):
        raise NoSuchFieldError(f"`{field}` is within lists of lists: write such a rule by hand.")
    make = _SAMPLES.get(at[0])
    if make is None or (at[0] == "boolean" and len(at) > 1):
        inner = [path for path in paths_of(shape) if path.startswith(f"{field}.")]
        hinted = f"Name one of its fields, as `{inner[0]}`." if inner else "Write such a rule by hand."
        raise NoSuchFieldError(f"`{field}` is nothing that can be asked for by itself. {hinted}")
    return make(at)


def _text(_shape: Shape) -> Sample:
    return Sample(
        "@.length > 1", "north-registry", {"a placeholder": (BLANK, "missing"), "a letter": ("x", "fail")}
    )


def _prose(_shape: Shape) -> Sample:
    others = {"a placeholder": (BLANK, "missing"), "a single word": ("Short.", "fail")}
    return Sample("$words(@) >= appetite.depth.description.min", _PROSE, others)


def _party(_shape: Shape) -> Sample:
    others = {"nobody": (BLANK, "missing"), "a letter": ("x", "fail")}
    return Sample("@.length > 1", "Head of Credit Risk", others)


def _number(shape: Shape) -> Sample:
    """Of 0 and 1, which are no limits: others belong into the appetite."""
    if (shape[1] or 0) < 1:
        return Sample("@ >= 1", 1, {"less": (0, "fail")})
    return Sample("@ > 1", 2, {"less": (1, "fail")})


def _boolean(_shape: Shape) -> Sample:
    return Sample("@", True, {"false": (False, "fail")})


def _choice(shape: Shape) -> Sample:
    *accepted, last = shape[1]
    others = {"a placeholder": (BLANK, "missing"), last: (last, "fail")}
    return Sample(f"@ in {json.dumps(accepted)}", accepted[0], others)


def _moment(_shape: Shape) -> Sample:
    return Sample("@ <= $now", "2026-01-31", {"in the future": ("2999-12-31", "fail")})


def _list(shape: Shape) -> Sample:
    entry = _entry(shape[1])
    return Sample("@.length > 1", [entry, entry], {"one": ([entry], "fail"), "none": ([], "missing")})


def _map(shape: Shape) -> Sample:
    entry = _entry(shape[1])
    return Sample("@.length > 1", {"one": entry, "two": entry}, {"one": ({"one": entry}, "fail")})


def _entry(shape: Shape) -> Any:
    """A value of the shape that says something: of a record its first field that can stand alone."""
    if shape[0] == "record":
        name, field = next(
            (n, f) for n, f in shape[2].items() if f[0] in _SAMPLES and not (f[0] == "boolean" and len(f) > 1)
        )
        return {name: _entry(field)}
    return _SAMPLES[shape[0]](shape).value if shape[0] in _SAMPLES else "north-registry"


_SAMPLES = {
    "text": _text,
    "prose": _prose,
    "reference": _text,
    "party": _party,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "moment": _moment,
    "list": _list,
    "map": _map,
}


def _policy(wanted: Wanted, condition: str) -> str:
    said = hint(wanted.kinds[0], wanted.field).partition(";")[0]
    remediation = f"Give {wanted.field} in the manifest{f': {said}' if ' ' in said else ''}."
    return f"""\
# `aims explain {wanted.id}` says what the rule asks; `aims lint` checks it, `aims test` runs the tests beside it.
apiVersion: aims/v1
kind: Policy
metadata:
  name: {wanted.stem}
  version: 1.0.0
  description: {_quoted(wanted.title)}
rules:
  - id: {wanted.id}
    controls: [{wanted.control}]
    title: {_quoted(wanted.title)}
    applies_to: [{", ".join(wanted.kinds)}]
    # Under a `when` the rule holds for some only, as: when: lifecycle.stage in ["staging", "production"]
    # Reading a field that is absent, empty or a placeholder makes the outcome `missing`: no need to ask for it twice.
    require: {condition if _PLAIN.fullmatch(condition) else _quoted(condition)}
    severity: {wanted.severity}
    rationale: {_quoted(wanted.rationale)}
    remediation: {_quoted(remediation)}
"""


def _tests(wanted: Wanted, samples: Mapping[str, Sample]) -> str:
    lines = [
        "# Each test decides a manifest and compares the outcome of the rule. `set` and `remove` change the manifest.",
        "apiVersion: aims/v1",
        "kind: PolicyTest",
        f"policy: {wanted.stem}.yaml",
        "manifests:",
    ]
    for kind, sample in samples.items():
        lines.append(f"  {kind.lower()}: {_flow(_manifest(kind, wanted.field, sample.value))}")
    lines.append("tests:")
    for kind, sample in samples.items():
        lines += _cases(wanted, kind, sample)
    return "\n".join(lines) + "\n"


def _cases(wanted: Wanted, kind: str, sample: Sample) -> list[str]:
    path = wanted.field.replace("[]", "[0]")
    path = path if path.startswith("metadata.") else f"spec.{path}"
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("given", {}, "pass"),
        ("not given", {"remove": [path]}, "missing"),
        *((name, {"set": {path: value}}, told) for name, (value, told) in sample.others.items()),
    ]
    head = {"rule": wanted.id, "manifest": kind.lower()}
    return [
        f"  - {_flow({'name': f'{kind}, {name}', **head, **how, 'expect': told})}"
        for name, how, told in cases
    ]


def _manifest(kind: str, field: str, value: Any) -> dict[str, Any]:
    """The least manifest of the kind that has the value at the field."""
    steps: Sequence[str] = re.findall(r"\[\]|[^.\[\]]+", field)
    for step in reversed(steps):
        value = [value] if step == "[]" else {step: value}
    metadata = {"name": "sample", **value.pop("metadata", {})}
    return {"apiVersion": "aims/v1", "kind": kind, "metadata": metadata, **({"spec": value} if value else {})}


def _quoted(value: Any) -> str:
    """As YAML, which JSON is."""
    return json.dumps(value, ensure_ascii=False)


def _flow(value: Any) -> str:
    """A value on one line of YAML, with quotes where it needs them."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    is_bare = isinstance(value, str) and _BARE.fullmatch(value) and value not in ("true", "false", "null")
    return str(value) if is_bare else _quoted(value)

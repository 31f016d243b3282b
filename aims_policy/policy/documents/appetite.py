"""Reading a risk appetite: typed by its leaf names, and refused where a stricter tier is looser anywhere."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.language import types as t
from aims_policy.policy.appetite import TIERS, Appetite, Place
from aims_policy.policy.bundle import SEVERITIES
from aims_policy.policy.documents.models import AppetiteDocument
from aims_policy.policy.documents.validation import validated
from aims_policy.policy.errors import PolicyError
from aims_policy.source.strength import STRENGTHS, at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.source import Document

Path = tuple[str, ...]

LEAVES = ("min", "max", "required", "all_of", "max_by_…", "min_by_…")
_RESERVED = ("tier", "environment", "risk_matrix")


def read_appetite(document: Document) -> Appetite:
    """The appetite of a document.

    Raises PolicyError with every wrong field, every leaf that is not typed by its name, every leaf that
    one tier has and another lacks, and every place where a stricter tier is looser than a laxer one.
    """
    model = validated(document, AppetiteDocument)
    tiers = [tier for tier in TIERS if tier in model.tiers]
    problems = list(_enforcement_problems(document))
    leaves = {tier: dict(_leaves(document, tier, problems)) for tier in tiers}
    if not tiers:
        problems.append(
            at(document, document.span(("tiers",)), "no-tier", "an appetite needs at least one tier")
        )
    for laxer, stricter in pairwise(tiers):
        problems.extend(_comparison(document, laxer, leaves[laxer], stricter, leaves[stricter]))
    if problems:
        raise PolicyError(problems)
    return Appetite(
        name=model.metadata.name,
        file=document.file,
        tiers={tier: _nested(leaves[tier]) for tier in tiers},
        places={tier: _places(document, tier, leaves[tier]) for tier in tiers},
        risk_matrix=tuple(tuple(Decimal(n) for n in row) for row in model.risk_matrix),
        enforcement={s: dict(getattr(model.enforcement, s)) for s in SEVERITIES},
        waiver_days=model.waivers.max_days.model_dump(),
    )


def appetite_type(appetite: Appetite) -> t.Type:
    """What rules may read of an appetite, from the limits that it has."""
    limits = appetite.tiers[appetite.strictest()]
    fields = {name: _type_of(name, value, "appetite") for name, value in limits.items()}
    fields |= {"tier": t.TEXT, "environment": t.TEXT, "risk_matrix": t.list_of(t.list_of(t.NUMBER))}
    return t.record("appetite", fields)


def _type_of(name: str, value: Any, within: str) -> t.Type:
    if isinstance(value, dict):
        if "_by_" in name:
            return t.map_of(t.TEXT, t.NUMBER)
        title = f"{within}.{name}"
        return t.record(title, {k: _type_of(k, v, title) for k, v in value.items()})
    if isinstance(value, bool):
        return t.BOOLEAN
    if isinstance(value, str):
        return t.TEXT
    return t.list_of(t.TEXT) if isinstance(value, tuple) else t.NUMBER


def _leaves(document: Document, tier: str, problems: list[Diagnostic]) -> Iterator[tuple[Path, Any]]:
    """The typed limits of a tier by their paths; what is none is added to ``problems``."""
    stack: list[tuple[Path, Any]] = [((), document.value["tiers"][tier])]
    while stack:
        path, value = stack.pop()
        name = path[-1] if path else ""
        expected = _expected(name)
        if expected is not None:
            typed = expected(value)
            if typed is not None:
                yield path, typed
            else:
                problems.append(_wrong_limit(document, tier, path))
        elif isinstance(value, dict) and value:
            stack.extend(((*path, str(k)), v) for k, v in reversed(value.items()))
            if len(path) == 1 and name in _RESERVED:
                span = document.key_span(("tiers", tier, *path))
                message = f"`{name}` has a meaning of its own in an appetite"
                problems.append(at(document, span, "reserved-name", message))
        else:
            problems.append(_unknown_limit(document, tier, path))


def _wrong_limit(document: Document, tier: str, path: Path) -> Diagnostic:
    message = f"`{'.'.join(path)}` does not hold what a `{path[-1]}` holds"
    span = document.span(("tiers", tier, *path))
    return at(document, span, "wrong-limit", message, help=_HELP[_stem(path[-1])])


def _unknown_limit(document: Document, tier: str, path: Path) -> Diagnostic:
    guess = nearest(path[-1] if path else "", ("min", "max", "required", "all_of"))
    directions = f"a limit is named by its direction: {', '.join(LEAVES)}"
    hint = f"did you mean `{guess}`?" if guess else directions
    span = document.key_span(("tiers", tier, *path))
    return at(document, span, "unknown-limit", f"`{'.'.join(path)}` is not a limit", help=hint)


def _stem(name: str) -> str:
    return name.split("_by_", maxsplit=1)[0] if "_by_" in name else name


def _expected(name: str) -> Callable[[Any], Any] | None:
    """What turns the value of a leaf of this name into its typed form, None where it is not a leaf's name."""
    if name == "min":
        return lambda value: value if value in STRENGTHS else _number(value)
    if name == "max":
        return _number
    if name == "required":
        return lambda value: value if isinstance(value, bool) else None
    if name == "all_of":
        return lambda value: (
            tuple(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else None
        )
    if name.startswith(("min_by_", "max_by_")):
        return _number_map
    return None


_HELP = {
    "min": f"write a number, or a strength of evidence: {', '.join(STRENGTHS)}",
    "max": "write a number",
    "required": "write true or false",
    "all_of": "write a list of texts",
}


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _number_map(value: Any) -> dict[str, Decimal] | None:
    if not isinstance(value, dict) or not value:
        return None
    numbers = {str(k): _number(v) for k, v in value.items()}
    return None if None in numbers.values() else {k: n for k, n in numbers.items() if n is not None}


def _comparison(
    document: Document, laxer: str, lax: dict[Path, Any], stricter: str, strict: dict[Path, Any]
) -> Iterator[Diagnostic]:
    for path in sorted(lax.keys() ^ strict.keys()):
        having, lacking = (laxer, stricter) if path in lax else (stricter, laxer)
        span = document.key_span(("tiers", having, *path))
        yield at(
            document,
            span,
            "limit-missing",
            f"`{'.'.join(path)}` is set for tier {having} and not for tier {lacking}",
            help="set it for every tier",
        )
    for path in sorted(lax.keys() & strict.keys()):
        if isinstance(strict[path], str) is not isinstance(lax[path], str):
            span = document.span(("tiers", stricter, *path))
            message = f"`{'.'.join(path)}` is a number in one tier and a strength in another"
            yield at(document, span, "wrong-limit", message, help="write the same in every tier")
        elif _looser(path[-1], strict[path], lax[path]):
            span = document.span(("tiers", stricter, *path))
            message = f"`{'.'.join(path)}` is looser for tier {stricter} than for tier {laxer}"
            yield at(
                document,
                span,
                "looser-than-laxer-tier",
                message,
                help=f"tier {laxer} has {_shown(lax[path])}; a stricter tier may only be stricter",
            )


def _looser(name: str, strict: Any, lax: Any) -> bool:
    """Whether the stricter tier's limit asks for less than the laxer tier's."""
    if isinstance(strict, dict):
        return strict.keys() != lax.keys() or any(_looser(_stem(name), strict[k], lax[k]) for k in strict)
    if name == "max":
        return bool(strict > lax)
    if isinstance(strict, str):
        return not at_least(strict, lax)
    if name == "min":
        return bool(strict < lax)
    return bool(lax and not strict) if name == "required" else not set(lax) <= set(strict)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    return ", ".join(value) if isinstance(value, tuple) else str(value).lower()


def _nested(leaves: dict[Path, Any]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path, value in leaves.items():
        group = root
        for step in path[:-1]:
            group = group.setdefault(step, {})
        group[path[-1]] = value
    return root


def _places(document: Document, tier: str, leaves: dict[Path, Any]) -> dict[str, Place]:
    spans = {path: document.span(("tiers", tier, *path)) for path in leaves}
    return {".".join(path): Place(span.line, span.column) for path, span in spans.items()}


def _enforcement_problems(document: Document) -> Iterator[Diagnostic]:
    """Every severity needs a default, and a graver severity may not be enforced more softly."""
    table = document.value["enforcement"]
    order = {"audit": 0, "warn": 1, "deny": 2}
    for severity in SEVERITIES:
        if "default" not in table[severity]:
            span = document.key_span(("enforcement", severity))
            yield at(
                document,
                span,
                "missing-field",
                f"enforcement of `{severity}` has no `default`",
                help="add `default:` for environments that are not named",
            )
            return
    for milder, graver in pairwise(SEVERITIES):
        for environment in sorted({*table[milder], *table[graver]}):
            mild = table[milder].get(environment, table[milder]["default"])
            grave = table[graver].get(environment, table[graver]["default"])
            if order[grave] < order[mild]:
                span = document.span(("enforcement", graver, environment))
                yield at(
                    document,
                    span,
                    "softer-than-milder-severity",
                    f"`{graver}` is enforced more softly than `{milder}` in {environment}",
                    help=f"`{milder}` has {mild} there",
                )

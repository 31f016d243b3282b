"""Errors as answers: RFC 9457 problems. They say what is wrong and where, and repeat nothing that was submitted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic

MEDIA_TYPE = "application/problem+json"

_QUOTED = re.compile(r"`([^`]*)`")
_WORD = re.compile(r"[^\W\d]\w*")
_FRAME = frozenset(["aims", "v1", "apiVersion", "kind", "metadata", "spec", "null", "true", "false"])
_JSON_TYPES = frozenset(["str", "int", "float", "bool", "object", "array", "null", "key"])
_MOST = 20


class Problem(Exception):  # noqa: N818 - an answer, not a fault
    """An answer other than the one asked for; ``status`` is HTTP's."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        help: str = "",  # noqa: A002 (the diagnostics' own name for it)
        diagnostics: Iterable[Diagnostic] = (),
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.help = help
        self.diagnostics = tuple(diagnostics)


class Place(NamedTuple):
    """A diagnostic without any text of the submitted file."""

    code: str
    message: str
    line: int
    column: int
    help: str

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{where}{self.message}" + (f" ({self.help})" if self.help else "")


def body(problem: Problem, request_id: str) -> dict[str, Any]:
    """The problem as JSON data."""
    return {
        "type": "about:blank",
        "title": problem.code,
        "status": problem.status,
        "detail": problem.detail,
        **({"help": problem.help} if problem.help else {}),
        **(
            {"diagnostics": [p._asdict() for p in places(problem.diagnostics)]} if problem.diagnostics else {}
        ),
        "request_id": request_id,
    }


def places(diagnostics: Iterable[Diagnostic]) -> list[Place]:
    """What is wrong and where, without what stands there: names that the engine itself knows are all that is kept.

    >>> from aims_policy.diagnostics import Diagnostic
    >>> places([Diagnostic("wrong-type", "`4711 Ada` is not a date for `created`", "m.json", 3, 9)])
    [Place(code='wrong-type', message='`…` is not a date for `created`', line=3, column=9, help='')]
    """
    return [Place(d.code, discreet(d.message), d.line, d.column, discreet(d.help)) for d in diagnostics][
        :_MOST
    ]


def discreet(text: str) -> str:
    """A message whose quotations of the submitted file are taken out."""
    known = _vocabulary()
    plain = text.splitlines()[0] if text else ""
    return _QUOTED.sub(lambda m: m[0] if _is_known(m[1], known) else "`…`", plain)


def why(error: Exception) -> str:
    """Why msgspec cannot read something: it tells types and paths, and of what was submitted only unknown names."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeError):
        return "it is not Unicode text"
    return _QUOTED.sub(lambda m: m[1] if m[1].startswith("$") or m[1] in _JSON_TYPES else "…", str(error))


def _is_known(quoted: str, known: frozenset[str]) -> bool:
    words = _WORD.findall(quoted)
    rest = _WORD.sub("", quoted)
    return bool(words) and all(w in known for w in words) and not re.search(r"[^\W\d]|\d{2}", rest)


@lru_cache(1)
def _vocabulary() -> frozenset[str]:
    """Names of kinds, sections, fields and choices of native manifests."""
    from aims_policy.manifest.native.shape import shapes

    found = set(_FRAME)
    _gather(shapes(), found)
    return frozenset(found)


def _gather(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        found.add(value)
    elif isinstance(value, dict):
        found.update(k for k in value if isinstance(k, str))
        for item in value.values():
            _gather(item, found)
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            _gather(item, found)

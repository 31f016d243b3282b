"""Records are those of typing in all that is used of them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import NamedTuple, get_type_hints

import pytest

from aims_policy.diagnostics import Diagnostic
from aims_policy.named_tuple import NamedTuple as Quick

PACKAGE = Path(__file__).resolve().parents[1] / "aims_policy"


class Theirs(NamedTuple):
    """A point."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y

    @staticmethod
    def origin() -> str:
        return "0"


class Ours(Quick):
    """A point."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y

    @staticmethod
    def origin() -> str:
        return "0"


def test_as_in_typing() -> None:
    assert (Ours(1), Ours(1, 3), Ours(y=5, x=1)) == (Theirs(1), Theirs(1, 3), Theirs(y=5, x=1))
    assert (Ours(1).sum, Ours.origin(), Ours._fields) == (3, "0", Theirs._fields)
    assert (Ours._field_defaults, Ours.__match_args__) == (Theirs._field_defaults, Theirs.__match_args__)
    assert (Ours.__doc__, Ours.__module__, Ours.__qualname__) == ("A point.", __name__, "Ours")
    assert repr(Ours(1)) == "Ours(x=1, y=2)"
    assert get_type_hints(Ours) == get_type_hints(Theirs)
    assert Ours(1)._replace(y=7)._asdict() == {"x": 1, "y": 7}
    assert pickle.loads(pickle.dumps(Ours(4))) == Ours(4)  # noqa: S301 - our own
    for call in (Ours, lambda: Ours(1, 2, 3), lambda: Ours(z=1)):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            call()
    with pytest.raises(AttributeError):
        Ours(1).x = 2  # type: ignore[misc]


def test_nothing_else_is_used() -> None:
    assert Diagnostic("a", "b")._fields[:2] == ("code", "message")
    files = (file for file in PACKAGE.rglob("*.py") if file.name != "named_tuple.py")
    assert [str(f) for f in files if "typing import" in f.read_text("utf-8") and _of_typing(f)] == []


def _of_typing(file: Path) -> bool:
    lines = file.read_text(encoding="utf-8").splitlines()
    return any(line.startswith("from typing import") and "NamedTuple" in line for line in lines)

"""Putting decisions on record from the command line, where something goes wrong on the way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Self

import pytest

from aims_policy import ledger
from aims_policy.commands.terminal import recording
from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger import LedgerError


class FullDisk:
    """A ledger that takes one batch, in which something could not be masked, and then no more."""

    def __init__(self) -> None:
        self.batches = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def append(self, _records: object) -> list[Any]:
        self.batches += 1
        if self.batches > 1:
            raise LedgerError(Diagnostic("ledger-full", "there is no room"))
        withheld = SimpleNamespace(withheld="`/spec/x` cannot be masked", name="model.yaml")
        return [SimpleNamespace(inputs=[withheld])]


@pytest.mark.parametrize("can_deny", [True, False])
def test_an_alarm_is_told_also_where_the_next_batch_cannot_be_written(
    can_deny: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ledger, "open_ledger", lambda *_, **__: FullDisk())
    monkeypatch.setattr(recording, "_records", lambda *_: iter([[], []]))
    bundle: Any = SimpleNamespace(appetite=SimpleNamespace(can_deny=lambda _: can_deny))
    wanted = recording.Recording("l.db", False, ())
    if can_deny:
        with pytest.raises(LedgerError, match="no room"):
            recording.record(wanted, (), (), (), bundle, "production")
    else:
        recording.record(wanted, (), (), (), bundle, "development")
    assert "masking-failed" in capsys.readouterr().err

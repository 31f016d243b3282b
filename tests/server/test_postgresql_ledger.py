"""A real server whose ledger is a real PostgreSQL, which is restarted under load."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from aims_policy.ledger.verify import verify
from tests.ledger.conftest import postgres  # noqa: F401 - a fixture
from tests.ledger.postgres import Server
from tests.server.conftest import serving, until
from tests.server.test_ledger_trouble import Load, recorded


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "as after a crash"])
def test_restarted_under_load_it_denies_and_recovers(
    workspace: Path,
    postgres: Server,  # noqa: F811 - the fixture
    how: signal.Signals,
) -> None:
    """Denials with a reason while it is away; then recovery by itself; nothing that was answered is lost."""
    url = postgres.create(f"served{how.value}")
    with serving(workspace, "--ledger", url) as served:
        load = Load(served)

        def allowed() -> set[str]:
            return {a["uid"] for a in list(load.answers) if a["allowed"]}

        until(lambda: len(allowed()) > 50)
        postgres.stop(how)
        until(lambda: sum(not a["allowed"] for a in load.answers) > 20)
        with served.client() as client:
            told = client.get("/readyz").json()
            assert (told["ready"], told["ledger"]["failing"]) == (True, True)
            assert told["ledger"]["problem"] == "ledger-unreachable"
        postgres.start()
        before = len(allowed())
        until(lambda: len(allowed()) > before + 50)
        load.stop()
        with served.client() as client:
            assert client.get("/readyz").json()["ledger"] == {"failing": False, "problem": None}
        assert len({e["writer"] for e in served.events("ledger") if "writer" in e}) == 1
        said = served.events("ledger")
    denied = [a for a in load.answers if not a["allowed"]]
    assert {a["status"]["code"] for a in denied} == {503}
    assert all("ledger-unreachable" in a["status"]["message"] for a in denied)
    assert {e["code"] for e in said if e["level"] == "error"} == {"ledger-unreachable"}
    assert set(load.statuses) == {200}
    assert allowed() <= recorded(url)
    assert verify(url).faults == ()


def test_a_database_that_is_away_at_the_start(workspace: Path, postgres: Server) -> None:  # noqa: F811
    """The server starts, says so, and denies until the database is there."""
    url = postgres.create("later")
    postgres.stop()
    with serving(workspace, "--ledger", url) as served:
        load = Load(served, clients=1)
        try:
            until(lambda: load.answers)
            assert not load.answers[0]["allowed"]
            with served.client() as client:
                assert client.get("/readyz").json()["ledger"]["problem"] == "ledger-unreachable"
        finally:
            postgres.start()
        until(lambda: any(a["allowed"] for a in load.answers))
        load.stop()
    assert verify(url).faults == ()

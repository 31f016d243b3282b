"""The connection breaks at the worst moment: while a commit is on its way, or its answer is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from aims_policy.ledger import LedgerError, Record, open_ledger
from aims_policy.ledger.verify import verify
from tests.ledger.postgres import Server


class Wire:
    """Stands between a client and PostgreSQL; once `armed`, it tears at the next commit."""

    def __init__(self, port: int, *, delivered: bool) -> None:
        self.armed = False
        self._port = port
        self._delivered = delivered
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._upward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._downward, args=(server, client), daemon=True).start()

    def _upward(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.armed and b"COMMIT\0" in data:
                    self.armed = False
                    _tear(client)
                    if self._delivered:
                        server.sendall(data)
                        server.shutdown(socket.SHUT_WR)
                    else:
                        _tear(server)
                    return
                server.sendall(data)
        _tear(server)

    def _downward(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        _tear(client)
        _tear(server)


def _tear(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire(port: int, *, delivered: bool) -> Iterator[Wire]:
    made = Wire(port, delivered=delivered)
    yield made
    made.close()


@pytest.mark.parametrize("delivered", [True, False], ids=["its answer is lost", "it is lost"])
def test_a_torn_commit_is_told_as_what_it_was(
    postgres: Server, records: list[Record], delivered: bool
) -> None:
    """Recorded is answered as recorded; not recorded is refused, and leaves nothing behind."""
    url = postgres.create(f"torn{int(delivered)}")
    with (
        wire(postgres.port, delivered=delivered) as torn,
        open_ledger(url.replace(str(postgres.port), str(torn.port))) as ledger,
    ):
        ledger.append(records)
        torn.armed = True
        if delivered:
            assert [e.sequence for e in ledger.append(records)] == [4, 5, 6]
        else:
            with pytest.raises(LedgerError) as refused:
                ledger.append(records)
            assert (refused.value.diagnostic.code, refused.value.transient) == ("ledger-unreachable", True)
        assert not torn.armed
        before = 6 if delivered else 3
        assert [e.sequence for e in ledger.append(records)] == [before + 1, before + 2, before + 3]
    found = verify(url)
    assert (found.faults, found.entries) == ((), before + 3)

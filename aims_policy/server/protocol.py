"""HTTP connections: uvicorn's protocol, with bounds on headers, on their time and on the number of connections.

uvicorn bounds what happens once a request has begun; a client that sends its headers a byte a minute, or endless
ones, has not begun one. It also tells the application who the client is, where TLS knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from aims_policy.server.settings import Limits


ARRIVED = "arrived"
"""In the state of a request all of whose body is here."""


class Connection(HttpToolsProtocol):
    """One connection. ``app_state["limits"]`` is put there by the application's start."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        self._limits: Limits = self.app_state["limits"]
        self._head_size = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._refused = False
        self._made = self.loop.time()
        self.app_state = {"peer": peer_name(transport.get_extra_info("peercert"))}
        if len(self.connections) > self._limits.connections and not self._make_room():
            self.let_go()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size = 0
        if self._head_timer is None:
            self._await_head()

    def on_url(self, url: bytes) -> None:
        self._grow(len(url))
        if not self._refused:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._grow(len(name) + len(value) + 4)
        if not self._refused:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_arrived()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._refused:
            self.scope["state"][ARRIVED] = True
            super().on_message_complete()

    def _make_room(self) -> bool:
        """Let go of the connection that has asked nothing for longest: they cost nothing to open, nor to hold."""
        others: Iterable[Any] = self.connections
        idle = [one for one in others if one is not self and one.is_idle()]
        if idle:
            min(idle, key=Connection.silent_since).let_go()
        return bool(idle)

    def is_idle(self) -> bool:
        """Whether no request is under way whose headers are here."""
        return not self._refused and (self.cycle is None or self.cycle.response_complete)

    def silent_since(self) -> float:
        """The moment of its last answer, or of its beginning; now, where the next request has begun to come."""
        waiting = self.timeout_keep_alive_task  # uvicorn's, set at the end of an answer
        if waiting is not None:
            return waiting.when() - self.timeout_keep_alive
        asked: Any = self.cycle
        return self._made if asked is None else self.loop.time()

    def let_go(self) -> None:
        """Close without a word."""
        self._refused = True
        self._head_arrived()
        self.transport.abort()

    def _grow(self, size: int) -> None:
        self._head_size += size
        if self._head_size > self._limits.head and not self._refused:
            self._refuse(431)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.head_seconds, self._too_slow)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        """Answer without a word and close: this client has not said what it wants."""
        self._refused = True
        self._head_arrived()
        busy = self.cycle is not None and not self.cycle.response_complete
        if not busy:  # else these bytes would stand in the middle of another answer
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


def peer_name(certificate: Any) -> str:
    """The common name of a verified client certificate, or its first alternative name; "" where there is none."""
    if not certificate:
        return ""
    subject = [value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"]
    names = [value for _, value in certificate.get("subjectAltName", ())]
    return str(next(iter([*subject, *names]), "unnamed"))

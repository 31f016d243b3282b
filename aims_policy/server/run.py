"""Running it: the socket, the processes, and how they end."""

from __future__ import annotations

import functools
import os
import signal
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from aims_policy.server import logs
from aims_policy.server.orphans import collecting
from aims_policy.server.tls import Files, RotatingTls

if TYPE_CHECKING:
    import socket
    import ssl

    import uvicorn

    from aims_policy.server.settings import Settings

_BACKLOG = 2_048
_KEEP_ALIVE = 75
_FILES = 65_536
_SWITCH = 0.0005
"""Seconds. Threads that decide large requests work in long stretches; others would wait ten times as long."""


def run(settings: Settings, listening: socket.socket, workers: int) -> int:
    """Serve on a socket until told to stop; what is under way is finished. Returns the exit code."""
    logs.set_up()
    _permit_files()
    scheme = "https" if settings.tls_cert else "http"
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    logs.write("listening", url=f"{scheme}://{shown}:{port}", workers=workers, ledger=bool(settings.ledger))
    if workers == 1:
        return _single(settings, listening)
    from aims_policy.server.metrics import SHARED_FOLDER

    with tempfile.TemporaryDirectory(prefix="aims-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        return _several(settings, listening, workers)


def _single(settings: Settings, listening: socket.socket) -> int:
    import uvicorn

    # uvicorn raises the signal again once it has stopped; that it came is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server = uvicorn.Server(_config(settings, 1))
    server.run(sockets=[listening])
    logs.write("stopped")
    return 0 if server.started else 5


def _several(settings: Settings, listening: socket.socket, workers: int) -> int:
    from uvicorn.supervisors import Multiprocess

    supervisor = Multiprocess(_config(settings, workers), sockets=[listening])
    with collecting():
        supervisor.run()
    logs.write("stopped")
    return 0


def _permit_files() -> None:
    """As many open files as this user may have: the usual thousand are fewer than connections that are permitted."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _config(settings: Settings, workers: int) -> uvicorn.Config:
    from aims_policy.server.handshakes import Config
    from aims_policy.server.protocol import Connection

    secure: dict[str, Any] = {}
    if settings.tls_cert:
        secure["ssl_context_factory"] = functools.partial(_context, settings)
    config = Config(
        functools.partial(make_app, settings),
        factory=True,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        workers=workers,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(settings.limits.drain),
        **secure,
    )
    config.handshake_seconds = settings.limits.head_seconds
    return config


_tls: dict[Settings, RotatingTls] = {}
"""Of this process: uvicorn asks for the socket's context and for the application apart, and both need the same."""


def make_app(settings: Settings) -> Any:
    """The application of one worker process."""
    from aims_policy.server.app import App

    logs.set_up()
    sys.setswitchinterval(_SWITCH)
    return App(settings, _rotating(settings) if settings.tls_cert else None)


def _context(settings: Settings, *_: Any) -> ssl.SSLContext:
    return _rotating(settings).listening


def _rotating(settings: Settings) -> RotatingTls:
    if settings not in _tls:
        _tls[settings] = RotatingTls(Files(settings.tls_cert, settings.tls_key, settings.client_ca))
    return _tls[settings]

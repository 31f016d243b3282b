"""How a server was told to run. Plain data, so that it can be handed to worker processes."""

from __future__ import annotations

from aims_policy.named_tuple import NamedTuple


class Limits(NamedTuple):
    """What one client may take. Sizes in bytes, times in seconds."""

    body: int = 8 * 1024 * 1024
    head: int = 32 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    connections: int = 1_000
    pending: int = 128
    """Requests that may be under way in one worker; beyond, the answer is 503 at once."""
    deadline: float = 8.0
    """An admission is denied when it takes longer; below the webhook's own timeout, which is 10 by default."""
    drain: float = 20.0


class Settings(NamedTuple):
    """Everything that a worker needs to know. ``ledger`` is a URL, or "" for none."""

    workspace: str | None = None
    policies: tuple[str, ...] = ()
    appetite: str | None = None
    ledger: str = ""
    keep_inputs: bool = False
    mask: tuple[str, ...] = ()
    tls_cert: str = ""
    tls_key: str = ""
    client_ca: str = ""
    token_file: str = ""
    open: bool = False
    """Without authentication: on a loopback address, or where told so by name."""
    reload_seconds: float = 2.0
    limits: Limits = Limits()

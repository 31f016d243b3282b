"""``aims serve``: decide over HTTP, and for Kubernetes admission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.recording import Recording, recording
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    import socket

    from aims_policy.server.settings import Settings


class Access(NamedTuple):
    """Who may ask, and what protects it on the way: PEM files, a file of tokens, and what is done without."""

    tls_cert: str | None
    tls_key: str | None
    client_ca: str | None
    token_file: str | None
    insecure_no_auth: bool
    insecure_no_tls: bool

    @property
    def asked_for(self) -> bool:
        """Whether a client has to show who it is."""
        return bool(self.client_ca or self.token_file)


_ACCESS = choices.as_one(
    "access",
    Access,
    click.option(
        "--tls-cert", type=choices.Place(), help="Certificate chain, PEM. Read again when it changes."
    ),
    click.option("--tls-key", type=choices.Place(), help="Its key, PEM, not encrypted."),
    click.option("--client-ca", type=choices.Place(), help="Accept clients with a certificate of this CA."),
    click.option("--token-file", type=choices.Place(), help="Accept these bearer tokens, one a line."),
    click.option(
        "--insecure-no-auth", is_flag=True, help="Serve beyond this machine without authentication."
    ),
    click.option(
        "--insecure-no-tls", is_flag=True, help="Serve beyond this machine without TLS, as behind a proxy."
    ),
)


class Bounds(NamedTuple):
    """What one client may take: the fields of `Limits` that can be chosen."""

    deadline: float
    body: int
    connections: int
    pending: int
    head_seconds: float
    body_seconds: float


_BOUNDS = choices.as_one(
    "bounds",
    Bounds,
    click.option(
        "--deadline",
        type=click.FloatRange(0.1, 29.0),
        default=8.0,
        show_default=True,
        help="Seconds after which an admission is denied. Keep it below the webhook's timeout.",
    ),
    click.option(
        "--max-body",
        "body",
        type=click.IntRange(1_024, 64 * 1024 * 1024),
        default=8 * 1024 * 1024,
        show_default=True,
        help="Bytes of a request's body.",
    ),
    click.option(
        "--max-connections",
        "connections",
        type=click.IntRange(1, 100_000),
        default=1_000,
        show_default=True,
        help="Connections of one worker.",
    ),
    click.option(
        "--max-pending",
        "pending",
        type=click.IntRange(1, 10_000),
        default=128,
        show_default=True,
        help="Requests under way in one worker; beyond, the answer is 503 at once.",
    ),
    click.option(
        "--header-seconds",
        "head_seconds",
        type=click.FloatRange(0.1, 300),
        default=10.0,
        show_default=True,
        help="Time in which a request's headers must arrive.",
    ),
    click.option(
        "--body-seconds",
        type=click.FloatRange(0.1, 300),
        default=20.0,
        show_default=True,
        help="Time in which its body must.",
    ),
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port.  [default: 8443 with TLS, 8080 without]")
@choices.sources()
@recording
@_ACCESS
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@_BOUNDS
@click.option(
    "--reload-seconds",
    type=click.FloatRange(0.1, 3_600),
    default=2.0,
    show_default=True,
    help="How often to look whether files have changed.",
)
def command(host: str, port: int | None, access: Access, workers: int, **asked: Any) -> int:
    """Decide over HTTP: a manifest posted to /v1/decisions, a Kubernetes AdmissionReview to /k8s/validate.

    On a loopback address it runs without authentication; on any other it wants TLS and a token file or a client
    CA. Policies, appetite, waivers, inventory, certificates and tokens are read again when their files change.

    \b
    aims serve
    aims serve --workspace . --ledger decisions.db --token-file tokens
    aims serve --host 0.0.0.0 --tls-cert tls.crt --tls-key tls.key --client-ca ca.crt
    """
    _check_installed()
    from aims_policy.server.run import run

    loopback = _is_loopback(host)
    _check_tls(access)
    if not loopback:
        _check_safety(access)
    settings = _settings(access, **asked)
    _check_files(settings)
    chosen = port if port is not None else (8443 if access.tls_cert else 8080)
    return run(settings, _listen(host, chosen), workers)


def _settings(
    access: Access,
    *,
    sources: choices.Sources,
    recording: Recording | None,
    bounds: Bounds,
    reload_seconds: float,
) -> Settings:
    from aims_policy.server.settings import Limits, Settings

    return Settings(
        workspace=_workspace(sources.workspace, sources.policies),
        policies=sources.policies,
        appetite=sources.appetite,
        ledger=recording.ledger if recording is not None else "",
        keep_inputs=recording is not None and recording.keep_inputs,
        mask=recording.mask if recording is not None else (),
        tls_cert=access.tls_cert or "",
        tls_key=access.tls_key or "",
        client_ca=access.client_ca or "",
        token_file=access.token_file or "",
        open=not access.asked_for,
        reload_seconds=reload_seconds,
        limits=Limits(**bounds._asdict()),
    )


def _check_installed() -> None:
    try:
        import aims_policy.server.app  # noqa: F401 - whether all that it needs is there
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"The server needs packages that are not installed (`{error.name}`): pip install 'aims-policy[server]'"
        ) from None


def _workspace(workspace: str | None, policies: tuple[str, ...]) -> str | None:
    """The workspace file that workers are to use, whatever folder they run in."""
    from aims_policy.policy.workspace import find_workspace, workspace_path

    if workspace is not None:
        return str(workspace_path(workspace))
    found = None if policies else find_workspace()
    return str(found) if found is not None else None


def _is_loopback(host: str) -> bool:
    """Whether every address that the name stands for is this machine's own."""
    import ipaddress
    import socket

    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise click.UsageError(f"`{host}` is no address of this machine.") from None
    return all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_loopback for entry in found)


def _check_tls(access: Access) -> None:
    if bool(access.tls_cert) != bool(access.tls_key):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    if access.client_ca and not access.tls_cert:
        raise click.UsageError("--client-ca needs TLS: give --tls-cert and --tls-key.")


def _check_safety(access: Access) -> None:
    """What an address that others reach needs."""
    if not access.asked_for and not access.insecure_no_auth:
        raise click.UsageError(
            "This address is reached from elsewhere: give --token-file or --client-ca, or say --insecure-no-auth."
        )
    if not access.tls_cert and not access.insecure_no_tls:
        raise click.UsageError(
            "This address is reached from elsewhere: give --tls-cert and --tls-key, or say --insecure-no-tls."
        )


def _check_files(settings: Settings) -> None:
    """Everything once before the port is opened: what is wrong is told here.

    Raises PolicyError, SourceError and LedgerError.
    """
    from aims_policy.ledger import LedgerError, open_ledger
    from aims_policy.server.auth import read_tokens
    from aims_policy.server.snapshot import load
    from aims_policy.server.tls import Files, make_context

    load(settings, 0)
    if settings.token_file:
        read_tokens(settings.token_file)
    if settings.tls_cert:
        make_context(Files(settings.tls_cert, settings.tls_key, settings.client_ca))
    if settings.ledger:
        try:
            open_ledger(settings.ledger, mask=settings.mask).close()
        except LedgerError as error:
            if not error.transient:  # what passes by itself may pass while the server runs
                raise


def _listen(host: str, port: int) -> socket.socket:
    import socket

    from aims_policy.diagnostics import reason_of

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        raise click.UsageError(f"cannot listen on {host} port {port}: {reason_of(error)}") from None
    listening.setblocking(False)
    return listening

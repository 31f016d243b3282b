"""``aims serve``: decide over HTTP, and for Kubernetes admission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.recording import Recording, recording

if TYPE_CHECKING:
    import socket

    from aims_policy.server.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port.  [default: 8443 with TLS, 8080 without]")
@choices.sources
@recording
@click.option(
    "--tls-cert", default="", type=click.Path(), help="Certificate chain, PEM. Read again when it changes."
)
@click.option("--tls-key", default="", type=click.Path(), help="Its key, PEM, not encrypted.")
@click.option(
    "--client-ca", default="", type=click.Path(), help="Accept clients with a certificate of this CA."
)
@click.option("--token-file", default="", type=click.Path(), help="Accept these bearer tokens, one a line.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 29.0),
    default=8.0,
    show_default=True,
    help="Seconds after which an admission is denied. Keep it below the webhook's timeout.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1_024, 64 * 1024 * 1024),
    default=8 * 1024 * 1024,
    show_default=True,
    help="Bytes of a request's body.",
)
@click.option(
    "--max-connections",
    type=click.IntRange(1, 100_000),
    default=1_000,
    show_default=True,
    help="Connections of one worker.",
)
@click.option(
    "--max-pending",
    type=click.IntRange(1, 10_000),
    default=128,
    show_default=True,
    help="Requests under way in one worker; beyond, the answer is 503 at once.",
)
@click.option(
    "--header-seconds",
    type=click.FloatRange(0.1, 300),
    default=10.0,
    show_default=True,
    help="Time in which a request's headers must arrive.",
)
@click.option(
    "--body-seconds",
    type=click.FloatRange(0.1, 300),
    default=20.0,
    show_default=True,
    help="Time in which its body must.",
)
@click.option(
    "--reload-seconds",
    type=click.FloatRange(0.1, 3_600),
    default=2.0,
    show_default=True,
    help="How often to look whether files have changed.",
)
@click.option("--insecure-no-auth", is_flag=True, help="Serve beyond this machine without authentication.")
@click.option(
    "--insecure-no-tls", is_flag=True, help="Serve beyond this machine without TLS, as behind a proxy."
)
def command(
    host: str,
    port: int | None,
    workspace: str | None,
    policies: tuple[str, ...],
    appetite: str | None,
    recording: Recording | None,
    tls_cert: str,
    tls_key: str,
    client_ca: str,
    token_file: str,
    workers: int,
    deadline: float,
    max_body: int,
    max_connections: int,
    max_pending: int,
    header_seconds: float,
    body_seconds: float,
    reload_seconds: float,
    insecure_no_auth: bool,
    insecure_no_tls: bool,
) -> int:
    """Decide over HTTP: a manifest posted to /v1/decisions, a Kubernetes AdmissionReview to /k8s/validate.

    On a loopback address it runs without authentication; on any other it wants TLS and a token file or a client
    CA. Policies, appetite, waivers, inventory, certificates and tokens are read again when their files change.

    \b
    aims serve
    aims serve --workspace . --ledger decisions.db --token-file tokens
    aims serve --host 0.0.0.0 --tls-cert tls.crt --tls-key tls.key --client-ca ca.crt
    """
    _check_installed()
    from aims_policy.server.settings import Limits, Settings

    loopback = _is_loopback(host)
    _check_tls(tls_cert, tls_key, client_ca)
    _check_safety(loopback, bool(tls_cert), bool(client_ca or token_file), insecure_no_auth, insecure_no_tls)
    settings = Settings(
        workspace=_workspace(workspace, policies),
        policies=policies,
        appetite=appetite,
        ledger=recording.ledger if recording is not None else "",
        keep_inputs=recording is not None and recording.keep_inputs,
        mask=recording.mask if recording is not None else (),
        tls_cert=tls_cert,
        tls_key=tls_key,
        client_ca=client_ca,
        token_file=token_file,
        open=not (client_ca or token_file),
        reload_seconds=reload_seconds,
        limits=Limits(
            body=max_body,
            head_seconds=header_seconds,
            body_seconds=body_seconds,
            connections=max_connections,
            pending=max_pending,
            deadline=deadline,
        ),
    )
    _check_files(settings)
    chosen = port if port is not None else (8443 if tls_cert else 8080)
    from aims_policy.server.run import run

    return run(settings, _listen(host, chosen), workers)


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


def _check_tls(cert: str, key: str, client_ca: str) -> None:
    if bool(cert) != bool(key):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    if client_ca and not cert:
        raise click.UsageError("--client-ca needs TLS: give --tls-cert and --tls-key.")


def _check_safety(loopback: bool, tls: bool, auth: bool, no_auth: bool, no_tls: bool) -> None:
    if loopback:
        return
    if not auth and not no_auth:
        raise click.UsageError(
            "This address is reached from elsewhere: give --token-file or --client-ca, or say --insecure-no-auth."
        )
    if not tls and not no_tls:
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

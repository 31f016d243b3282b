"""Who may ask: tokens, client certificates, and what the server refuses to start without."""

from __future__ import annotations

import contextlib
import datetime
import re
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aims_policy.commands.terminal.failures import run
from tests.server.conftest import serving, until

TOKEN = "a-token-that-nobody-can-guess-0123456789"  # noqa: S105 - of a server that lives for a test
OTHER = "another-token-that-nobody-can-guess-0123"

ANYWHERE = "0.0.0.0"  # noqa: S104 - what is tested is that it is refused, or asked for by name


class Pair(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def write(self, folder: Path, name: str) -> tuple[str, str]:
        files = folder / f"{name}.crt", folder / f"{name}.key"
        files[0].write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return str(files[0]), str(files[1])


def issue(name: str, by: Pair | None = None, days: int = 1) -> Pair:
    """A certificate, by itself where nobody issues it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by is not None:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False
        )
    else:
        others = (
            "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only"
        )
        usage = dict.fromkeys(others.split(), False)
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), critical=True
        )
    return Pair(builder.sign((by or Pair(None, key)).key, hashes.SHA256()), key)  # type: ignore[arg-type]


def trusting(authority: str, *own: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    if own:
        context.load_cert_chain(*own)
    return context


def at_localhost(url: str) -> str:
    return url.replace("127.0.0.1", "localhost")


def test_tokens(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"# of the pipeline\n{TOKEN}\n\n")
    with serving(workspace, "--token-file", str(file)) as served, served.client() as client:

        def status(authorization: str | None, path: str = "/v1/bundle") -> int:
            headers = {"authorization": authorization} if authorization is not None else {}
            return client.get(path, headers=headers).status_code

        assert status(f"Bearer {TOKEN}") == status(f"bearer  {TOKEN}") == 200
        for wrong in (None, "", "Bearer", f"Bearer {OTHER}", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x",
                      f"Bearer {TOKEN.upper()}", "Bearer # of the pipeline"):  # fmt: skip
            assert status(wrong) == 401, wrong
        for path in ("/v1/decisions", "/k8s/validate", "/metrics", "/openapi.json", "/nothing", "/healthz/"):
            assert status(None, path) == 401, path
        assert status(None, "/healthz") == status(None, "/readyz") == 200
        twice = client.get("/v1/bundle", headers=[("authorization", f"Bearer {TOKEN}")] * 2)
        assert twice.status_code == 401
        refused = client.post("/v1/decisions", content=b"hush" * 100_000)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="aims"')
        file.write_text(f"{OTHER}\n")
        until(lambda: status(f"Bearer {OTHER}") == 200)
        assert status(f"Bearer {TOKEN}") == 401
        file.write_text("short\n")  # a mistake locks nobody out
        until(lambda: any(e["result"] == "failure" for e in served.events("renew")))
        assert status(f"Bearer {OTHER}") == 200
        assert TOKEN not in served.text


def test_certificates_of_clients_and_rotation(workspace: Path, tmp_path: Path) -> None:
    authority, other_authority = issue("the authority"), issue("another authority")
    ca, _ = authority.write(tmp_path, "ca")
    cert, key = issue("server one", authority).write(tmp_path, "tls")
    good = issue("api-server", authority).write(tmp_path, "good")
    bad = issue("api-server", other_authority).write(tmp_path, "bad")
    options = ("--tls-cert", cert, "--tls-key", key, "--client-ca", ca)
    with serving(workspace, *options, ready=False) as served:
        url = at_localhost(served.url)
        assert url.startswith("https://")

        def get(path: str, *own: str, authority: str = ca) -> httpx.Response:
            with httpx.Client(verify=trusting(authority, *own), trust_env=False) as client:
                return client.get(f"{url}{path}")

        until(lambda: get("/readyz").status_code == 200)
        assert get("/v1/bundle", *good).status_code == 200
        assert get("/v1/bundle").status_code == 401
        with pytest.raises(httpx.TransportError):
            get("/v1/bundle", *bad)
        [line] = until(
            lambda: [e for e in served.events("request") if e.get("caller", "").startswith("certificate")]
        )
        assert line["caller"] == "certificate api-server"

        def subject() -> str:
            return ssl.get_server_certificate(("localhost", int(url.rpartition(":")[2])))

        before = subject()
        # A new authority for both sides: the old one is no longer trusted.
        other_authority.write(tmp_path, "ca")
        issue("server two", other_authority).write(tmp_path, "tls")
        until(lambda: subject() != before)
        new_ca, _ = other_authority.write(tmp_path, "new-ca")
        assert get("/v1/bundle", *bad, authority=new_ca).status_code == 200
        with pytest.raises(httpx.TransportError):
            get("/v1/bundle", *good, authority=new_ca)
        Path(cert).write_text("no certificate")  # a mistake stops nobody
        until(lambda: any(e["result"] == "failure" for e in served.events("renew")))
        assert get("/v1/bundle", *bad, authority=new_ca).status_code == 200


def test_a_certificate_that_ends_is_told_in_the_log_and_to_prometheus(
    workspace: Path, tmp_path: Path
) -> None:
    """Clients see only that the handshake fails, and the server nothing at all."""
    ca, _ = issue("the authority", days=5).write(tmp_path, "ca")
    past = issue("server", days=-1)
    cert, key = past.write(tmp_path, "tls")
    options = (
        "--tls-cert",
        cert,
        "--tls-key",
        key,
        "--client-ca",
        ca,
        "--token-file",
        str(tmp_path / "tokens"),
    )
    (tmp_path / "tokens").write_text(TOKEN)
    with serving(workspace, *options, ready=False) as served:
        first = until(lambda: served.events("certificate") if len(served.events("certificate")) > 1 else None)
        ends = past.certificate.not_valid_after_utc
        assert [(e["what"], e["level"], e["file"]) for e in first] == [
            ("server", "error", cert), ("client-ca", "warning", ca)
        ]  # fmt: skip
        assert first[0]["ends"] == f"{ends:%Y-%m-%dT%H:%M:%SZ}"
        blind = ssl.create_default_context()
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        bearer = {"authorization": f"Bearer {TOKEN}"}
        with httpx.Client(verify=blind, trust_env=False, headers=bearer) as client:
            figures = client.get(f"{at_localhost(served.url)}/metrics").text
        told = re.search(r'aims_tls_expires_timestamp_seconds{certificate="server"} (\S+)', figures)
        assert told is not None
        assert float(told[1]) == ends.timestamp()
        issue("server", days=90).write(tmp_path, "tls")
        until(
            lambda: [e for e in served.events("certificate") if (e["what"], e["level"]) == ("server", "info")]
        )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_who_does_not_agree_on_tls_is_let_go_and_keeps_nobody_out(
    workspace: Path, tmp_path: Path, workers: str
) -> None:
    authority = issue("the authority")
    ca, _ = authority.write(tmp_path, "ca")
    cert, key = issue("server one", authority).write(tmp_path, "tls")
    options = ("--tls-cert", cert, "--tls-key", key, "--insecure-no-auth", "--workers", workers)
    with serving(workspace, *options, "--header-seconds", "1", ready=False) as served:
        url = at_localhost(served.url)

        def get() -> int:
            with httpx.Client(verify=trusting(ca), trust_env=False) as client:
                return client.get(f"{url}/readyz").status_code

        until(lambda: get() == 200)
        place = ("127.0.0.1", int(url.rpartition(":")[2]))
        held = [socket.create_connection(place, timeout=20) for _ in range(20)]
        for number, connection in enumerate(held):
            connection.sendall(
                (b"", b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 99)[number % 4]
            )
        assert get() == 200
        began = time.monotonic()
        for connection in held:
            with contextlib.suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass
            connection.close()
        assert time.monotonic() - began < 10, "and not a minute"
        assert get() == 200
        assert not served.events("fault")


def test_old_tls_is_refused(workspace: Path, tmp_path: Path) -> None:
    authority = issue("the authority")
    ca, _ = authority.write(tmp_path, "ca")
    cert, key = issue("server", authority).write(tmp_path, "tls")
    with serving(workspace, "--tls-cert", cert, "--tls-key", key, ready=False) as served:
        context = trusting(ca)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with httpx.Client(verify=context, trust_env=False) as client:
            assert client.get(f"{at_localhost(served.url)}/healthz").status_code == 200
        context = trusting(ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        with httpx.Client(verify=context, trust_env=False) as client:
            assert client.get(f"{at_localhost(served.url)}/healthz").status_code == 200
        with pytest.raises(httpx.HTTPError):
            httpx.get(served.url.replace("https", "http"), trust_env=False)


def refused(workspace: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "aims_policy", "serve", "-w", str(workspace), "--port", "0", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stderr


def test_it_does_not_start_unsafely(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first as a process; the others are refused by the same command line, run here."""
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKEN)
    cert, key = issue("server").write(tmp_path, "tls")
    open_to_all = ("--host", ANYWHERE)
    cases: list[tuple[tuple[str, ...], int, str]] = [
        (open_to_all, 2, "--insecure-no-auth"),
        ((*open_to_all, "--token-file", str(tokens)), 2, "--insecure-no-tls"),
        ((*open_to_all, "--insecure-no-tls"), 2, "--insecure-no-auth"),
        ((*open_to_all, "--tls-cert", cert, "--tls-key", key), 2, "--insecure-no-auth"),
        (("--host", "no.such.host.invalid"), 2, "no address"),
        (("--tls-cert", cert), 2, "go together"),
        (("--client-ca", cert), 2, "needs TLS"),
        (("--tls-cert", key, "--tls-key", key), 3, "bad-tls"),
        (("--token-file", str(tmp_path / "none")), 3, "bad-token-file"),
        (("--ledger", "mysql://x"), 2, "bad-ledger"),
    ]
    first, *others = cases
    found = refused(workspace, *first[0])
    assert (found[0], first[2] in found[1]) == (first[1], True), found
    for options, code, text in others:
        ended = run(["serve", "-w", str(workspace), "--port", "0", *options])
        said = capsys.readouterr().err
        assert (ended, text in said) == (code, True), (options, said)


def test_a_wrong_workspace_is_told_at_the_start(workspace: Path) -> None:
    (workspace / "policies" / "own.yaml").write_text("apiVersion: aims/v1\nkind: Policy\n")
    code, text = refused(workspace)
    assert (code, "missing-field" in text) == (3, True)


def test_a_port_in_use_is_told(workspace: Path) -> None:
    with serving(workspace) as served:
        code, text = refused(workspace, "--port", served.url.rpartition(":")[2])
        assert (code, "cannot listen" in text) == (2, True)


def test_beyond_this_machine_by_name(workspace: Path) -> None:
    options = ("--host", ANYWHERE, "--insecure-no-auth", "--insecure-no-tls")
    with serving(workspace, *options, ready=False) as served:
        local = served.url.replace(ANYWHERE, "127.0.0.1")
        assert until(lambda: _ok(f"{local}/healthz"))


def _ok(url: str) -> Any:
    return httpx.get(url, trust_env=False).status_code == 200

"""TLS whose certificates can be replaced while it runs."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from aims_policy.diagnostics import Diagnostic
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.errors import PolicyError


class Files(NamedTuple):
    """PEM files. ``client_ca`` is "" where clients show no certificates."""

    cert: str
    key: str
    client_ca: str = ""


class Expiry(NamedTuple):
    """Until when a file can be used: the earliest of its certificates."""

    what: str
    """``server`` or ``client-ca``."""
    file: str
    ends: datetime

    def level(self, now: datetime) -> Literal["info", "warning", "error"]:
        """How much it matters by now."""
        if self.ends <= now:
            return "error"
        return "warning" if self.ends - now < _SOON else "info"


_SOON = timedelta(days=14)


class RotatingTls:
    """A context for the listening socket that hands each new connection to the newest context."""

    def __init__(self, files: Files) -> None:
        """Raises PolicyError where the files cannot be used."""
        self._files = files
        self.newest = make_context(files)
        self.listening = make_context(files)
        self.listening.sni_callback = self._hand_over

    def reload(self) -> None:
        """Read the files again. Raises PolicyError; then connections go on with what was read before."""
        self.newest = make_context(self._files)

    def expiries(self) -> list[Expiry]:
        """Of the files as they are now; those that cannot be read are left out, which `reload` tells."""
        files = {"server": self._files.cert, "client-ca": self._files.client_ca}
        found = ((what, file, _ends(file)) for what, file in files.items() if file)
        return [Expiry(what, file, ends) for what, file, ends in found if ends is not None]

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self.newest


def make_context(files: Files) -> ssl.SSLContext:
    """A server's context, TLS 1.2 and later. Raises PolicyError.

    A client certificate is asked for and, where one is shown, must be good: who may do without one (health, a
    bearer token) is settled request by request.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.num_tickets = 0  # a resumed session would keep a certificate that is no longer trusted
    context.options |= ssl.OP_NO_TICKET
    try:
        context.load_cert_chain(files.cert, files.key or None, password=_no_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise _unusable("certificate and key", files.cert, error) from None
    if files.client_ca:
        try:
            context.load_verify_locations(files.client_ca)
        except (OSError, ssl.SSLError, ValueError) as error:
            raise _unusable("client CA", files.client_ca, error) from None
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _ends(file: str) -> datetime | None:
    from cryptography import x509

    try:
        certificates = x509.load_pem_x509_certificates(Path(file).read_bytes())
    except (OSError, ValueError):
        return None
    return min(certificate.not_valid_after_utc for certificate in certificates)


def _no_password() -> str:
    """OpenSSL would ask on the terminal, and a server must not wait there."""
    raise ValueError("the key is encrypted")


def _unusable(what: str, file: str, error: Exception) -> PolicyError:
    reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error)
    message = f"the {what} cannot be used: {str(reason).lower().replace('_', ' ')}"
    return PolicyError(
        [Diagnostic("bad-tls", message, file, help="PEM files are needed, the key unencrypted")]
    )

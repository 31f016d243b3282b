"""Tell a web address what flipped: one POST of the watch report, signed where a secret is given, never redirected."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from aims_policy.diagnostics import Diagnostic, safe

SIGNATURE = "X-Aims-Signature-256"
"""Header with ``sha256=<hex>``: HMAC-SHA256 of the body under the shared secret."""

TIMEOUT = 10.0
"""Seconds that the address has for its answer."""


def wrong_address(url: str) -> str:
    """Why nothing can be sent to this address; "" where it can."""
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_number:
        return "write it as https://host/path"
    return ""


def send(url: str, body: bytes, *, secret: bytes = b"", timeout: float = TIMEOUT) -> Diagnostic | None:
    """POST the body as JSON; what went wrong, if anything did. The address's credentials are never in it."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class NoRedirect(HTTPRedirectHandler):
        """A report is for the address that was named, and no other."""

        def redirect_request(self, *_answer: object) -> None:
            return None

    headers = {"Content-Type": "application/json", "User-Agent": "aims-policy"}
    if secret:
        headers[SIGNATURE] = f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - see wrong_address
    try:
        with build_opener(NoRedirect).open(request, timeout=timeout):
            return None
    except HTTPError as error:
        return _unsent(url, f"it answered with status {error.code}")
    except (OSError, ValueError) as error:
        return _unsent(url, _reason(error))


def _unsent(url: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "webhook-failed",
        f"{safe(urlsplit(url).hostname or '')} was not told: {reason}",
        help="the next look reports the same flips again",
    )


def _reason(error: Any) -> str:
    inner = getattr(error, "reason", error)
    return safe(str(getattr(inner, "strerror", None) or inner).lower() or type(error).__name__)

"""Who asks: bearer tokens from a file, client certificates that TLS has verified."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, reason_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_TOKEN = 20
"""Characters of a token: 20 random ones cannot be guessed."""

_MAX_FILE = 1024 * 1024


class Keys(NamedTuple):
    """What is accepted. Tokens are kept as digests, so that no memory dump or log shows one."""

    tokens: frozenset[bytes] = frozenset()
    certificates: bool = False
    open: bool = False


def caller(headers: Iterable[tuple[bytes, bytes]], peer: str, keys: Keys) -> str:
    """Who asks, as logs name them: ``anonymous``, ``token``, ``certificate NAME``; "" for nobody that is known."""
    given = [value for name, value in headers if name == b"authorization"]
    if len(given) == 1:
        scheme, _, token = given[0].partition(b" ")
        # A wrong token is refused even where a certificate would do: it is a mistake somebody wants to hear of.
        return "token" if scheme.lower() == b"bearer" and _known(token.strip(), keys.tokens) else ""
    if given:
        return ""
    if peer and keys.certificates:
        return f"certificate {peer}"
    return "anonymous" if keys.open else ""


def read_tokens(file: str) -> frozenset[bytes]:
    """Digests of the tokens in a file: one a line, ``#`` begins a comment. Raises PolicyError."""
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(_MAX_FILE)
    except OSError as error:
        message = f"the token file cannot be read: {reason_of(error)}"
        raise PolicyError([Diagnostic("bad-token-file", message, file)]) from None
    lines = [(i, line.strip()) for i, line in enumerate(data.splitlines(), 1)]
    tokens = [(i, line) for i, line in lines if line and not line.startswith(b"#")]
    short = [i for i, line in tokens if len(line) < MIN_TOKEN]
    hint = "make one with: openssl rand -hex 32"
    if short:
        message = f"a token is shorter than {MIN_TOKEN} characters"
        raise PolicyError([Diagnostic("weak-token", message, file, short[0], 1, help=hint)])
    if not tokens:
        raise PolicyError([Diagnostic("no-token", "the token file holds no token", file, help=hint)])
    return frozenset(hashlib.sha256(line).digest() for _, line in tokens)


def _known(token: bytes, tokens: frozenset[bytes]) -> bool:
    digest = hashlib.sha256(token).digest()
    # All are compared, in constant time, so that the time taken tells nothing.
    return sum(hmac.compare_digest(digest, own) for own in tokens) > 0

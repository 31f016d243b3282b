"""Checkpoints: the head of a ledger, signed with Ed25519 and kept elsewhere. Against one, a cut-off end shows."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timezone
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger.record import LedgerError
from aims_policy.ledger.verify import Expected
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    from aims_policy.ledger.verify import Verified

_SIGNED = ("apiVersion", "kind", "ledger_id", "sequence", "hash", "at")
_PURPOSE = b"aims-ledger-checkpoint\n"
"""Signed together with the checkpoint, so that no signature made for something else can pass for one."""


class KeyPair(NamedTuple):
    """PEM texts: the private key (PKCS #8, not encrypted) and the public one."""

    private: str
    public: str


def generate() -> KeyPair:
    """A new pair of keys. Raises LedgerError where cryptography is not installed."""
    serialization, ed25519 = _cryptography()
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return KeyPair(private.decode(), public.decode())


def make(verified: Verified, private_key: bytes, *, at: datetime, file: str = "") -> str:
    """A checkpoint of a ledger that was just verified, as JSON. Raises LedgerError where the key is none."""
    key = _private(private_key, file)
    moment = at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    plain: dict[str, Any] = {
        "apiVersion": "aims/v1",
        "kind": "LedgerCheckpoint",
        "ledger_id": verified.ledger_id,
        "sequence": verified.head.sequence,
        "hash": verified.head.hash,
        "at": moment,
    }
    plain["signature"] = base64.b64encode(key.sign(_signed(plain))).decode()
    return json.dumps(plain, indent=2) + "\n"


def read(text: bytes, public_key: bytes, *, file: str, key_file: str) -> Expected:
    """What a checkpoint says, its signature being good. Raises LedgerError `bad-checkpoint` where it is not."""
    key = _public(public_key, key_file)
    from cryptography.exceptions import InvalidSignature

    try:
        plain = json.loads(text)
        if not isinstance(plain, dict) or set(plain) != {*_SIGNED, "signature"}:
            raise ValueError("it is not a checkpoint of a ledger")
        key.verify(_signature(plain["signature"]), _signed(plain))
    except InvalidSignature:
        raise _bad("bad-checkpoint", "the signature is not of this checkpoint by this key", file) from None
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise _bad("bad-checkpoint", "this is not a checkpoint of a ledger", file) from None
    return Expected(plain["ledger_id"], plain["sequence"], plain["hash"], f"the checkpoint of {plain['at']}")


def _signature(text: str) -> bytes:
    """The bytes of a signature, written in the one way in which it is written here."""
    signature = base64.b64decode(text, validate=True)
    if base64.b64encode(signature).decode() != text:
        raise ValueError("not as it was written")
    return signature


def _signed(plain: dict[str, Any]) -> bytes:
    return _PURPOSE + json.dumps([plain[name] for name in _SIGNED], separators=(",", ":")).encode()


def _private(pem: bytes, file: str) -> Ed25519PrivateKey:
    serialization, ed25519 = _cryptography()
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise _bad("bad-key", "this is not a private key in PEM, without a password", file) from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise _bad("bad-key", "this is not a private key of Ed25519", file)
    found: Ed25519PrivateKey = key
    return found


def _public(pem: bytes, file: str) -> Ed25519PublicKey:
    serialization, ed25519 = _cryptography()
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError:
        raise _bad("bad-key", "this is not a public key in PEM", file) from None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise _bad("bad-key", "this is not a public key of Ed25519", file)
    found: Ed25519PublicKey = key
    return found


def _bad(code: str, message: str, file: str) -> LedgerError:
    hint = "`aims ledger keygen` makes a pair of keys" if code == "bad-key" else ""
    return LedgerError(Diagnostic(code, message, file, help=hint))


def _cryptography() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        hint = "pip install 'aims-policy[ledger]'"
        raise LedgerError(
            Diagnostic("extra-missing", "signing needs packages that are not installed", help=hint)
        ) from None
    return serialization, ed25519

"""Whether a Sigstore bundle of `model-signing` holds, and under which of the trusted keys: offline, by that library.

The bundle and its statement are described at https://github.com/sigstore/model-transparency (predicate type
``https://model_signing/signature/v1.0``). A certificate is judged by the time that it was issued, as the library
does: without a log of signing times nothing later can be known offline.

The library takes longer to import than a decision takes. Whether a public key's signature of a statement holds never
changes, so those that do are kept in the user's cache; all else is looked at each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from typing import TYPE_CHECKING, Any

from aims_policy import cache
from aims_policy.diagnostics import Diagnostic, reason_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError
from aims_policy.source.reading import file_bytes
from aims_policy.source.text import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

EXTRA = "signing"
NEEDS, INSTALL = (
    "verifying signatures needs the package `model-signing`",
    f"pip install 'aims-policy[{EXTRA}]'",
)
_STATEMENT = "https://model_signing/signature/v1.0"
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_REDIRECTING = threading.Lock()


class Held(NamedTuple):
    """Who signed which digest; or the reason why the signature does not hold, and nothing else."""

    signer: str = ""
    """The subject of the certificate that signed, or the fingerprint of the key."""
    digest: str = ""
    """Of a single file its own SHA-256; of a folder the digest over its files' digests, as the statement has it."""
    reason: str = ""


def held(data: bytes, artifact: str, keys: Sequence[str]) -> Held:
    """What the bundle in the bytes says, by the first of the keys (PEM files) under which it holds.

    Without an ``artifact``, a path, what is signed is not compared: the statement says by which digest it is known.
    Raises SourceError for a key that cannot be used, or without the library.
    """
    pems = {key: file_bytes(key, key) for key in keys}
    entries = {} if artifact else _entries(data, pems)
    for entry in entries.values():  # first, for a bundle holds under one key only, which it names itself
        known = cache.load(entry, cache.SIGNATURE)
        if known is not None:
            return Held._make(known)
    reasons: list[str] = []
    for key, pem in pems.items():
        found = _under(data, artifact, key, pem)
        if not found.reason:
            if key in entries:
                cache.store(entries[key], cache.SIGNATURE, tuple(found))
            return found
        reasons.append(found.reason)
    return Held(reason=reasons[0] if len(reasons) == 1 else f"with none of {len(reasons)} trusted keys")


def library() -> str:
    """Which installation of the library is used, for what was found with another is not kept; "" if there is none."""
    from importlib.util import find_spec

    try:
        spec = find_spec("model_signing")
    except ValueError:
        return ""
    if spec is None or spec.origin is None:
        return ""
    return f"{spec.origin} {os.stat(spec.origin).st_mtime_ns}"  # noqa: PTH116 - as everywhere in this room


def _entries(data: bytes, pems: Mapping[str, bytes]) -> dict[str, str]:
    """Of each public key, where in the cache it says that the signature holds."""
    used = library()
    if not used:
        return {}
    public = {key: pem for key, pem in pems.items() if _CERTIFICATE not in pem}
    return {key: cache.key_of((used, digest_of(data), digest_of(pem))) for key, pem in public.items()}


class _Opened(NamedTuple):
    """What the library found in a bundle that holds. It is not read again here: two readers may read two things."""

    payload: bytes
    certificate: bytes
    """That signed, DER; b"" where it was a key."""


def _under(data: bytes, artifact: str, key: str, pem: bytes) -> Held:
    found = _opened(data, artifact, key, pem)
    if isinstance(found, str):
        return Held(reason=found)
    statement: dict[str, Any] = json.loads(found.payload)
    if statement.get("predicateType") != _STATEMENT:
        return Held(reason="its statement is of an older kind")
    return Held(_signer(found.certificate, pem), _signed(statement))


def _opened(data: bytes, artifact: str, key: str, pem: bytes) -> _Opened | str:
    """The bundle, or why the library refuses it. It takes files, so it is given copies of what is read."""
    from contextlib import redirect_stdout
    from io import StringIO
    from pathlib import Path
    from tempfile import TemporaryDirectory

    try:
        # The library prints warnings. What threads redirect at once, none of them would put back.
        with TemporaryDirectory() as folder, _REDIRECTING, redirect_stdout(StringIO()):
            signature, trusted = Path(folder) / "signature", Path(folder) / "key"
            signature.write_bytes(data)
            trusted.write_bytes(pem)
            return _verified(_verifier(trusted, key, is_certificate=_CERTIFICATE in pem), signature, artifact)
    except OSError as error:
        message = f"cannot verify a signature, for no temporary file can be written: {reason_of(error)}"
        raise _error("cannot-verify", message, key) from None


def _verified(verifier: Any, signature: Path, artifact: str) -> _Opened | str:
    from pathlib import Path

    from model_signing._signing.sign_sigstore_pb import Signature

    try:
        if artifact:
            verifier.verify(Path(artifact), signature)
        else:  # as the library's own `verify`, but for reading the artifact
            verifier._verifier.verify(Signature.read(signature))  # noqa: SLF001 - its public way reads the artifact
        bundle: Any = Signature.read(signature).bundle
        chain = bundle.verification_material.x509_certificate_chain
        return _Opened(bundle.dsse_envelope.payload, chain.certificates[0].raw_bytes if chain else b"")
    except Exception as error:
        return _said(error)


def _verifier(trusted: Path, key: str, *, is_certificate: bool) -> Any:
    """The library's verifier of a key. Raises SourceError, which calls it by the name that the caller gave."""
    try:
        from model_signing import verifying
    except ImportError:
        raise _error("not-installed", NEEDS, key, INSTALL) from None
    config: Any = verifying.Config()  # type: ignore[no-untyped-call] # its methods are typed
    try:
        if is_certificate:
            return config.use_certificate_verifier(certificate_chain=[trusted])
        return config.use_elliptic_key_verifier(public_key=trusted)
    except Exception as error:
        reason = str(error).split("\n", 1)[0][:200] or type(error).__name__
        if isinstance(error, AttributeError):  # the library asks every key for its curve
            reason = "it is not one of an elliptic curve of NIST"
        hint = "PEM, an elliptic curve public key or a certificate"
        raise _error("bad-key", f"this is no key that can be used: {reason}", key, hint) from None


def _said(error: Exception) -> str:
    """The library's reason; of a changed artifact not its digests as Python writes bytes, but what has changed."""
    text = str(error) or type(error).__name__
    if not text.startswith("Signature mismatch"):
        return text.split("\n", 1)[0][:300]
    changes = {
        "Hash mismatch": "a file differs",
        "Extra files": "a file was added",
        "Missing files": "a file is gone",
    }
    found = [said for sign, said in changes.items() if sign in text]
    return f"the artifact is not what was signed: {', '.join(found) or 'it differs'}"


def _signer(certificate: bytes, pem: bytes) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509 import load_der_x509_certificate

    if certificate and _CERTIFICATE in pem:
        leaf = load_der_x509_certificate(certificate)
        return leaf.subject.rfc4514_string() or f"certificate {leaf.serial_number:x}"
    public = serialization.load_pem_public_key(pem).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"key sha256:{hashlib.sha256(public).hexdigest()}"


def _signed(statement: dict[str, Any]) -> str:
    resources = (statement.get("predicate") or {}).get("resources") or []
    if len(resources) == 1 and resources[0]["name"] == "." and resources[0]["algorithm"] == "sha256":
        return f"sha256:{resources[0]['digest'].lower()}"
    return f"sha256:{statement['subject'][0]['digest']['sha256'].lower()}"


def _error(code: str, message: str, file: str, hint: str = "") -> SourceError:
    return SourceError((Diagnostic(code, message, file, help=hint),))

"""Signatures of artifacts, verified here: Sigstore bundles of `model-signing`, offline, against keys that are trusted.

What comes out is evidence like any other, of strength ``verified``: that the signature holds, who signed, and the
digest of what was signed, so that a signature of another artifact does not help. A signature that does not hold is
told, and counts as none. Which keys to trust says the caller, never a manifest.

The bundle and its statement are described at https://github.com/sigstore/model-transparency (predicate type
``https://model_signing/signature/v1.0``). A certificate is judged by the time that it was issued, as the library
does: without a log of signing times nothing later can be known offline.
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.manifest.draft import Draft, mapping
from aims_policy.manifest.foreign import manifest_of
from aims_policy.source import MAX_BYTES, SourceError, read_bytes
from aims_policy.source.strength import DECLARED, VERIFIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from aims_policy.manifest.beside import AtHand
    from aims_policy.manifest.manifest import Located, Manifest
    from aims_policy.manifest.shape import Shape
    from aims_policy.source import Document

FORMAT = "sigstore-bundle"
SIGNED_DIGEST = "sigstore-digest"
"""A signature that was verified to be of the digest that the manifest gives; that can be done again from its bytes."""
EXTRA = "signing"
_NEEDS, _INSTALL = "verifying signatures needs the package `model-signing`", f"pip install 'aims-policy[{EXTRA}]'"
_SIGNATURE = ("dsseEnvelope", "signatures", 0, "sig")
_PAYLOAD = ("dsseEnvelope", "payload")
_STATEMENT = "https://model_signing/signature/v1.0"
_DIGESTS = {"Model": "provenance.artifact_digest", "Dataset": "provenance.digest"}
"""By kind, where the digest of what was signed belongs: what is signed must be what the manifest describes."""
KINDS = tuple(_DIGESTS)
_CERTIFICATES = ("verificationMaterial", "x509CertificateChain", "certificates")


class Claim(NamedTuple):
    """What a manifest lists a signature for: itself or the ``delivery`` of a supplier, by the digest that it gives.

    ``artifact`` is the path of what is signed where that is to be compared, too; "" of anything that is not said.
    """

    kind: str
    digest: str
    delivery: str
    artifact: str


class Signed(NamedTuple):
    """A signature's file, and the file or folder that it is said to sign."""

    file: str
    artifact: str


def verified(
    signed: Signed,
    keys: Sequence[str],
    shapes: Mapping[str, Shape],
    *,
    kind: str = "Model",
    at: datetime,
) -> Manifest:
    """The evidence of a signature on a Model or a Dataset; the time is what it is recorded to be verified on.

    ``keys`` are files with trusted public keys (elliptic curve) or certificates, PEM. Raises SourceError where there
    is nothing to verify with, or nothing to verify: a signature that does not hold is a result, and no error.
    """
    data = _bytes(signed.file)
    [document] = read_bytes(data, file=signed.file)
    if not os.path.exists(signed.artifact):  # noqa: PTH110 - as everywhere in this room
        raise _error("cannot-read", f"there is no artifact `{signed.artifact}`", signed.file)
    if not keys:
        hint = "name a public key or certificate"
        raise _error("no-key", "a signature is verified against keys that are trusted", signed.file, hint)
    key, reason = _holding(data, signed.artifact, keys)
    draft = Draft(kind, document)
    draft.put("provenance.signature.present", True, _SIGNATURE)
    draft.put("provenance.signature.verified", key is not None, _SIGNATURE)
    if key is None:
        return _counting_for_nothing(draft, shapes, FORMAT, f"this signature of `{signed.artifact}`", reason)
    draft.put("provenance.signature.signer", _signer(document, key), _SIGNATURE)
    draft.put("provenance.signature.verified_on", at.isoformat(), _SIGNATURE)
    draft.put(_DIGESTS[kind], _digest(document), _PAYLOAD)
    return manifest_of(draft, shapes, FORMAT, (), VERIFIED)


def listed_signature(
    given: AtHand, file: str, claim: Claim, keys: Sequence[str], shapes: Mapping[str, Shape]
) -> Manifest:
    """The evidence of a signature that a manifest lists: that the digest it gives was signed under a trusted key.

    Where that cannot be found out (no key is trusted, the extra is not installed, the manifest gives no digest) it
    stays open, and where it is not so the signature does not hold: both are told. Raises SourceError where a trusted
    key cannot be used, or the file cannot be read.
    """
    [document] = read_bytes(given.data, file=file, digest=given.digest)
    about, name = _path(claim), FORMAT if claim.artifact else SIGNED_DIGEST
    draft = Draft(claim.kind, document)
    if claim.delivery:
        draft.put("deliveries[0].item", claim.delivery, _SIGNATURE)
    draft.put(f"{about}.present", True, _SIGNATURE)
    open_for = _open_for(claim, keys)
    if open_for is not None:
        draft.gap(f"{about}.verified", f"not verified here: {open_for.message}", _SIGNATURE)
        span = document.span(_SIGNATURE)
        message = f"this signature was not verified and counts as none: {open_for.message}"
        note = at(document, span, open_for.code, message, help=open_for.help, severity="warning")
        return manifest_of(draft, shapes, name, (), DECLARED).noting((note,))
    key, reason = _holding(given.data, claim.artifact, keys)
    if key is not None and _digest(document) != claim.digest:
        key, reason = None, f"{_digest(document)} was signed, and the manifest is of {claim.digest}"
    draft.put(f"{about}.verified", key is not None, _SIGNATURE)
    if key is None:
        return _counting_for_nothing(draft, shapes, name, "this signature", reason)
    draft.put(f"{about}.signer", _signer(document, key), _SIGNATURE)
    draft.put("deliveries[0].digest" if claim.delivery else _DIGESTS[claim.kind], claim.digest, _PAYLOAD)
    return manifest_of(draft, shapes, name, (), VERIFIED)


def _path(claim: Claim) -> str:
    return "deliveries[0].signature" if claim.delivery else "provenance.signature"


def _open_for(claim: Claim, keys: Sequence[str]) -> Diagnostic | None:
    """Why it cannot be found out whether a signature holds."""
    from importlib.util import find_spec

    if not claim.digest:
        where = "the delivery's `digest`" if claim.delivery else f"`{_DIGESTS[claim.kind]}`"
        return Diagnostic("unbound-signature", f"the manifest does not say what is signed, {where}")
    if not keys:
        hint = "list the signer's public key or certificate under `signing.keys` in the workspace, aims.yaml"
        return Diagnostic("no-key", "no key is trusted", help=hint)
    try:
        installed = find_spec("model_signing") is not None
    except ValueError:
        installed = False
    return None if installed else Diagnostic("not-installed", _NEEDS, help=_INSTALL)


def _holding(data: bytes, artifact: str, keys: Sequence[str]) -> tuple[str | None, str]:
    """The key under which a signature holds; else None, and why it does not."""
    tried: list[str] = []
    for key in keys:
        failure = _failure(data, artifact, key)
        if not failure:
            return key, ""
        tried.append(failure)
    return None, tried[0] if len(tried) == 1 else f"with none of {len(tried)} trusted keys"


def _counting_for_nothing(
    draft: Draft, shapes: Mapping[str, Shape], name: str, what: str, reason: str
) -> Manifest:
    message = f"{what} does not hold and counts as none: {reason}"
    span = draft.document.span(_SIGNATURE)
    note = at(draft.document, span, "signature-invalid", message, severity="warning")
    return manifest_of(draft, shapes, name, (), DECLARED).noting((note,))


def _failure(data: bytes, artifact: str, key: str) -> str:
    """Why the signature does not hold under a key, "" if it does. Raises SourceError for a key that cannot be used.

    Without an artifact what is signed is not compared: the statement says by which digest it is known.
    """
    from contextlib import redirect_stdout
    from io import StringIO
    from pathlib import Path
    from tempfile import TemporaryDirectory

    verifier = _verifier(key)
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()):  # the library prints warnings
        copy = Path(folder) / "signature"  # what is verified is what is read below
        copy.write_bytes(data)
        try:
            if artifact:
                verifier.verify(Path(artifact), copy)
            else:
                _verify_statement(verifier, copy)
        except Exception as error:
            return _said(error)
    return "" if _statement(data).get("predicateType") == _STATEMENT else "its statement is of an older kind"


def _verify_statement(verifier: Any, signature: Path) -> None:
    """As the library's own `verify`, but for reading the artifact. Raises what it raises."""
    from model_signing._signing.sign_sigstore_pb import Signature

    verifier._verifier.verify(Signature.read(signature))  # noqa: SLF001 - its public way reads the artifact


def _said(error: Exception) -> str:
    """The library's reason; of a changed artifact not its digests as Python writes bytes, but what has changed."""
    text = str(error) or type(error).__name__
    if not text.startswith("Signature mismatch"):
        return text.split("\n", 1)[0][:300]
    changes = {"Hash mismatch": "a file differs", "Extra files": "a file was added", "Missing files": "a file is gone"}
    found = [said for sign, said in changes.items() if sign in text]
    return f"the artifact is not what was signed: {', '.join(found) or 'it differs'}"


def _verifier(key: str) -> Any:
    from pathlib import Path

    try:
        from model_signing import verifying
    except ImportError:
        raise _error("not-installed", _NEEDS, key, _INSTALL) from None
    config: Any = verifying.Config()  # type: ignore[no-untyped-call] # its methods are typed
    try:
        if b"-----BEGIN CERTIFICATE-----" in _bytes(key):
            return config.use_certificate_verifier(certificate_chain=[Path(key)])
        return config.use_elliptic_key_verifier(public_key=Path(key))
    except SourceError:
        raise
    except Exception as error:
        reason = str(error).split("\n", 1)[0][:200] or type(error).__name__
        hint = "PEM, an elliptic curve public key or a certificate"
        raise _error("bad-key", f"this is no key that can be used: {reason}", key, hint) from None


def _signer(document: Located, key: str) -> str:
    """The subject of the certificate that signed, or the fingerprint of the key."""
    import hashlib

    from cryptography.hazmat.primitives import serialization
    from cryptography.x509 import load_der_x509_certificate

    chain: Any = document.value
    for step in _CERTIFICATES:
        chain = mapping(chain).get(step)
    data = _bytes(key)
    if chain and b"-----BEGIN CERTIFICATE-----" in data:
        leaf = load_der_x509_certificate(base64.b64decode(chain[0]["rawBytes"]))
        return leaf.subject.rfc4514_string() or f"certificate {leaf.serial_number:x}"
    public = serialization.load_pem_public_key(data).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"key sha256:{hashlib.sha256(public).hexdigest()}"


def _digest(document: Document) -> str:
    """Of a single file its own SHA-256; of a folder the digest over its files' digests, as the statement has it."""
    statement = _statement(document.text.encode())
    resources = mapping(statement.get("predicate")).get("resources") or []
    if len(resources) == 1 and resources[0]["name"] == "." and resources[0]["algorithm"] == "sha256":
        return f"sha256:{resources[0]['digest'].lower()}"
    return f"sha256:{statement['subject'][0]['digest']['sha256'].lower()}"


def _statement(data: bytes) -> dict[str, Any]:
    """What a signature that holds says."""
    return mapping(json.loads(base64.b64decode(json.loads(data)["dsseEnvelope"]["payload"])))


def _bytes(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - as everywhere in this room
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = ((isinstance(error, OSError) and error.strerror) or str(error)).lower()
        raise _error("cannot-read", f"cannot read the file: {reason}", file) from None


def _error(code: str, message: str, file: str, hint: str = "") -> SourceError:
    return SourceError((Diagnostic(code, message, file, help=hint),))

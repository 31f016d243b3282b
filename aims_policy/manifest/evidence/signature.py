"""Signatures of artifacts, verified here: Sigstore bundles of `model-signing`, offline, against keys that are trusted.

What comes out is evidence like any other, of strength ``verified``: that the signature holds, who signed, and the
digest of what was signed, so that a signature of another artifact does not help. A signature that does not hold is
told, and counts as none. Which keys to trust says the caller, never a manifest.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.manifest.evidence.signature_check import INSTALL, NEEDS, Held, held, library
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.read import manifest_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError, read_bytes
from aims_policy.source.reading import file_bytes
from aims_policy.source.strength import DECLARED, VERIFIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from aims_policy.manifest.evidence.beside import AtHand
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.manifest.native.shape import Shape

FORMAT = "sigstore-bundle"
SIGNED_DIGEST = "sigstore-digest"
"""A signature that was verified to be of the digest that the manifest gives; that can be done again from its bytes."""
_SIGNATURE = ("dsseEnvelope", "signatures", 0, "sig")
_PAYLOAD = ("dsseEnvelope", "payload")
_DIGESTS = {"Model": "provenance.artifact_digest", "Dataset": "provenance.digest"}
"""By kind, where the digest of what was signed belongs: what is signed must be what the manifest describes."""
KINDS = tuple(_DIGESTS)


class Claim(NamedTuple):
    """What a manifest lists a signature for: itself or the ``delivery`` of a supplier, by the digest that it gives.

    ``asset`` is the manifest's id. ``artifact`` is the path of what is signed where that is to be compared, too; ""
    of anything that is not said.
    """

    kind: str
    asset: str
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
    data = file_bytes(signed.file, signed.file)
    [document] = read_bytes(data, file=signed.file)
    if not os.path.exists(signed.artifact):  # noqa: PTH110 - as everywhere in this room
        raise _error("cannot-read", f"there is no artifact `{signed.artifact}`", signed.file)
    if not keys:
        hint = "name a public key or certificate"
        raise _error("no-key", "a signature is verified against keys that are trusted", signed.file, hint)
    found = held(data, signed.artifact, keys)
    draft = Draft(kind, document)
    draft.put("provenance.signature.present", True, _SIGNATURE)
    draft.put("provenance.signature.verified", not found.reason, _SIGNATURE)
    if found.reason:
        return _counting_for_nothing(
            draft, shapes, FORMAT, f"this signature of `{signed.artifact}`", found.reason
        )
    draft.put("provenance.signature.signer", found.signer, _SIGNATURE)
    draft.put("provenance.signature.verified_on", at.isoformat(), _SIGNATURE)
    draft.put(_DIGESTS[kind], found.digest, _PAYLOAD)
    return manifest_of(draft, shapes, FORMAT, None, VERIFIED)


def listed_signature(
    given: AtHand,
    file: str,
    claim: Claim,
    keys: Sequence[str],
    others: Sequence[str],
    shapes: Mapping[str, Shape],
) -> Manifest:
    """The evidence of a signature that a manifest lists: that the digest it gives was signed under a trusted key.

    ``keys`` are files with those that may sign the asset, ``others`` with those that are trusted for other ones only.

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
    open_for = _open_for(claim, (*keys, *others))
    if open_for is not None:
        draft.gap(f"{about}.verified", f"not verified here: {open_for.message}", _SIGNATURE)
        span = document.span(_SIGNATURE)
        message = f"this signature was not verified and counts as none: {open_for.message}"
        note = at(document, span, open_for.code, message, help=open_for.help, severity="warning")
        return manifest_of(draft, shapes, name, None, DECLARED).noting((note,))
    found = held(given.data, claim.artifact, keys) if keys else Held(reason="no key may sign it")
    if found.reason:
        found = _by_another(given.data, claim, others) or found
    if found.digest and found.digest != claim.digest:
        found = Held(reason=f"{found.digest} was signed, and the manifest is of {claim.digest}")
    draft.put(f"{about}.verified", not found.reason, _SIGNATURE)
    if found.reason:
        return _counting_for_nothing(draft, shapes, name, "this signature", found.reason)
    draft.put(f"{about}.signer", found.signer, _SIGNATURE)
    draft.put("deliveries[0].digest" if claim.delivery else _DIGESTS[claim.kind], claim.digest, _PAYLOAD)
    return manifest_of(draft, shapes, name, None, VERIFIED)


def _by_another(data: bytes, claim: Claim, others: Sequence[str]) -> Held | None:
    """For a signature by a key that is trusted for other assets, that it is one; None where it is not."""
    found = held(data, claim.artifact, others) if others else Held(reason="there are none")
    reason = f"it is by {found.signer}, which the workspace does not let sign {claim.asset}"
    return None if found.reason else Held(reason=reason)


def _path(claim: Claim) -> str:
    return "deliveries[0].signature" if claim.delivery else "provenance.signature"


def _open_for(claim: Claim, keys: Sequence[str]) -> Diagnostic | None:
    """Why it cannot be found out whether a signature holds."""
    if not claim.digest:
        where = "the delivery's `digest`" if claim.delivery else f"`{_DIGESTS[claim.kind]}`"
        return Diagnostic("unbound-signature", f"the manifest does not say what is signed, {where}")
    if not keys:
        hint = "list the signer's public key or certificate under `signing.keys` in the workspace, aims.yaml"
        return Diagnostic("no-key", "no key is trusted", help=hint)
    return None if library() else Diagnostic("not-installed", NEEDS, help=INSTALL)


def _counting_for_nothing(
    draft: Draft, shapes: Mapping[str, Shape], name: str, what: str, reason: str
) -> Manifest:
    message = f"{what} does not hold and counts as none: {reason}"
    span = draft.document.span(_SIGNATURE)
    note = at(draft.document, span, "signature-invalid", message, severity="warning")
    return manifest_of(draft, shapes, name, None, DECLARED).noting((note,))


def _error(code: str, message: str, file: str, hint: str = "") -> SourceError:
    return SourceError((Diagnostic(code, message, file, help=hint),))

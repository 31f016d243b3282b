"""Signatures made by `model-signing` itself, verified here; and all that must make one count as none."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from model_signing import signing

from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.evidence.signature import Signed, verified
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError
from aims_policy.source.strength import strength_of

SHAPES = shapes()
AT = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)


class Shop:
    """A folder with a signed model, its signature, and keys."""

    def __init__(self, folder: Path) -> None:
        self.model = folder / "model"
        (self.model / "weights").mkdir(parents=True)
        (self.model / "weights" / "part-1.bin").write_bytes(bytes(range(256)) * 40)
        (self.model / "config.json").write_text('{"layers": 2}')
        self.key, self.other = self.pair(folder, "release"), self.pair(folder, "other")
        self.signature = folder / "model.sig"
        self.sign(self.model, self.signature, "release")

    def pair(self, folder: Path, name: str) -> Path:
        private = ec.generate_private_key(ec.SECP256R1())
        (folder / f"{name}.priv").write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        public = folder / f"{name}.pem"
        public.write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return public

    def sign(self, artifact: Path, signature: Path, name: str) -> None:
        private = signature.parent / f"{name}.priv"
        signing.Config().use_elliptic_key_signer(private_key=private).sign(artifact, signature)

    def verify(self, *keys: Path, artifact: Path | None = None, **more: Any) -> Manifest:
        signed = Signed(str(self.signature), str(artifact or self.model))
        return verified(signed, [str(k) for k in keys or (self.key,)], SHAPES, at=AT, **more)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def counts_for_nothing(found: Manifest) -> str:
    """The reason that is told."""
    signature = found.data["provenance"]["signature"]
    assert signature == {"present": True, "verified": False}
    assert strength_of(signature) == found.strength == "declared"
    assert "artifact_digest" not in found.data["provenance"]
    [note] = found.notes
    assert (note.code, note.severity) == ("signature-invalid", "warning")
    assert note.line
    return note.message


def test_a_signature_that_holds_is_verified_evidence(shop: Shop) -> None:
    found = shop.verify()
    signature = found.data["provenance"]["signature"]
    assert strength_of(signature) == found.strength == "verified"
    public = serialization.load_pem_public_key(shop.key.read_bytes()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert signature == {
        "present": True,
        "verified": True,
        "signer": f"key sha256:{hashlib.sha256(public).hexdigest()}",
        "verified_on": AT,
    }
    assert found.format == "sigstore-bundle"
    assert found.digest == f"sha256:{hashlib.sha256(shop.signature.read_bytes()).hexdigest()}"
    assert found.locate("provenance.signature.verified").file == str(shop.signature)
    assert not found.notes


def test_the_digest_of_what_was_signed_comes_with_it(shop: Shop) -> None:
    payload = json.loads(base64.b64decode(json.loads(shop.signature.read_text())["dsseEnvelope"]["payload"]))
    assert (
        shop.verify().data["provenance"]["artifact_digest"]
        == f"sha256:{payload['subject'][0]['digest']['sha256']}"
    )
    weights = shop.model / "weights" / "part-1.bin"
    shop.sign(weights, shop.signature, "release")
    found = shop.verify(artifact=weights)
    assert (
        found.data["provenance"]["artifact_digest"]
        == f"sha256:{hashlib.sha256(weights.read_bytes()).hexdigest()}"
    )


def test_of_a_dataset_it_is_the_digest_of_the_data(shop: Shop) -> None:
    assert shop.verify(kind="Dataset").data["provenance"].keys() == {"signature", "digest"}


def test_any_flipped_byte_of_the_artifact_is_found(shop: Shop) -> None:
    weights = shop.model / "weights" / "part-1.bin"
    whole = weights.read_bytes()
    for position in (0, len(whole) // 2, len(whole) - 1):
        weights.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert "not what was signed: a file differs" in counts_for_nothing(shop.verify())
    weights.write_bytes(whole)
    assert shop.verify().strength == "verified"


def test_files_added_or_taken_away_are_found(shop: Shop) -> None:
    (shop.model / "extra.py").write_text("import os")
    assert "a file was added" in counts_for_nothing(shop.verify())
    (shop.model / "extra.py").unlink()
    (shop.model / "config.json").unlink()
    assert "a file is gone" in counts_for_nothing(shop.verify())


def test_only_trusted_keys_count(shop: Shop) -> None:
    assert "Key mismatch" in counts_for_nothing(shop.verify(shop.other))
    assert shop.verify(shop.other, shop.key).strength == "verified"
    shop.sign(shop.model, shop.signature, "other")
    counts_for_nothing(shop.verify())


def test_any_flipped_bit_of_the_signed_statement_is_found(shop: Shop) -> None:
    bundle = json.loads(shop.signature.read_text())
    statement = base64.b64decode(bundle["dsseEnvelope"]["payload"])
    for position in range(0, len(statement), 97):
        changed = statement[:position] + bytes([statement[position] ^ 1]) + statement[position + 1 :]
        bundle["dsseEnvelope"]["payload"] = base64.b64encode(changed).decode()
        shop.signature.write_text(json.dumps(bundle))
        counts_for_nothing(shop.verify())


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        '{"dsseEnvelope": {}}',
        '{"verificationMaterial": {}, "dsseEnvelope": {"payload": "AA=="}}',
        '"text"',
    ],
)
def test_what_is_no_bundle_counts_for_nothing(shop: Shop, content: str) -> None:
    shop.signature.write_text(content)
    counts_for_nothing(shop.verify())


def test_an_older_statement_does_not_name_the_whole(shop: Shop) -> None:
    """Its subjects are files, so that no digest binds the signature to the manifest's artifact."""
    from model_signing._signing import sign_sigstore_pb as bundles

    bundle = json.loads(shop.signature.read_text())
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    files = [
        {"name": r["name"], "digest": {"sha256": r["digest"]}} for r in statement["predicate"]["resources"]
    ]
    statement |= {"predicateType": "https://model_signing/Digests/v0.1", "subject": files}
    payload = json.dumps(statement).encode()
    private = serialization.load_pem_private_key((shop.signature.parent / "release.priv").read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    signed = private.sign(bundles.pae(payload), ec.ECDSA(hashes.SHA256()))
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    bundle["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(signed).decode()
    shop.signature.write_text(json.dumps(bundle))
    assert "older kind" in counts_for_nothing(shop.verify())


def certified(folder: Path, *, usage: bool = True) -> Path:
    """A key that a certificate vouches for; the certificate is its own root. The private key is `leaf.priv`."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "release.lindhaven.example")])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )  # fmt: skip
    if usage:
        builder = builder.add_extension(
            x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True
        )
    (folder / "leaf.pem").write_bytes(
        builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    (folder / "leaf.priv").write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "leaf.pem"


def test_threads_that_verify_at_once_leave_standard_output_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aims_policy.manifest.evidence import signature_check

    before = sys.stdout
    both_in, first_out = threading.Event(), threading.Event()

    def slowly(*_: Any) -> str:
        """The first waits for the second to begin, and the second for the first to end; but not for long."""
        if threading.current_thread() is second:
            both_in.set()
            first_out.wait(0.5)
        else:
            second.start()
            both_in.wait(0.5)
        return "it does not hold"

    monkeypatch.setattr(signature_check, "_verified", slowly)

    def ask() -> None:
        signature_check.held(shop.signature.read_bytes(), "", [str(shop.other)])

    second = threading.Thread(target=ask)
    ask()
    first_out.set()
    second.join()
    assert sys.stdout is before


def _forged(envelope: dict[str, Any]) -> str:
    """Its payload, of an artifact that nobody signed."""
    statement = json.loads(base64.b64decode(envelope["payload"]))
    for resource in statement["predicate"]["resources"]:
        resource["digest"] = "ee" * 32
    root = hashlib.sha256(bytes.fromhex("ee" * 32) * len(statement["predicate"]["resources"]))
    statement["subject"][0]["digest"]["sha256"] = root.hexdigest()
    return base64.b64encode(json.dumps(statement).encode()).decode()


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("name", ["dsse_envelope", "DsseEnvelope", "dsseEnvelope ", "dsse-envelope"])
def test_what_is_read_is_what_was_verified(shop: Shop, name: str, first: bool) -> None:
    """A good envelope under a name that one reader takes and another does not, beside one that was made up."""
    bundle = json.loads(shop.signature.read_text())
    good = bundle.pop("dsseEnvelope")
    forged = {**good, "payload": _forged(good)}
    both = {name: good, "dsseEnvelope": forged} if first else {"dsseEnvelope": forged, name: good}
    shop.signature.write_text(json.dumps({**bundle, **both}))
    counts_for_nothing(shop.verify())


def test_a_bundle_with_its_names_written_otherwise_is_no_fault(shop: Shop) -> None:
    """The library takes both; it is the same statement."""
    bundle = json.loads(shop.signature.read_text())
    bundle["dsse_envelope"] = bundle.pop("dsseEnvelope")
    signed = shop.verify().data["provenance"]
    shop.signature.write_text(json.dumps(bundle))
    assert shop.verify().data["provenance"]["artifact_digest"] == signed["artifact_digest"]


@pytest.mark.parametrize("ignored", [".git", ".github"])
def test_files_that_the_signer_left_out_are_not_signed(shop: Shop, ignored: str) -> None:
    """What git keeps is left out by who signs, unless told otherwise, and that is part of what was signed."""
    (shop.model / ignored).mkdir()
    (shop.model / ignored / "hook").write_text("anything")
    assert shop.verify().strength == "verified"
    (shop.model / "hook").write_text("anything")
    assert "a file was added" in counts_for_nothing(shop.verify())


def test_a_certificate_names_who_signed(shop: Shop, tmp_path: Path) -> None:
    certificate = certified(tmp_path)
    config = signing.Config().use_certificate_signer(
        private_key=tmp_path / "leaf.priv", signing_certificate=certificate, certificate_chain=[certificate]
    )
    config.sign(shop.model, shop.signature)
    found = shop.verify(certificate)
    assert found.data["provenance"]["signature"]["signer"] == "CN=release.lindhaven.example"
    assert found.strength == "verified"
    counts_for_nothing(shop.verify())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda shop: shop.signature.unlink(), "cannot-read"),
        (lambda shop: shop.key.write_text("no key"), "bad-key"),
        (lambda shop: shop.key.write_text("-----BEGIN CERTIFICATE-----"), "bad-key"),
        (lambda shop: shop.key.unlink(), "cannot-read"),
        (lambda shop: shop.signature.write_text("{"), "yaml-syntax"),
    ],
)
def test_what_cannot_be_tried_is_an_error(shop: Shop, change: Any, code: str) -> None:
    change(shop)
    with pytest.raises(SourceError) as caught:
        shop.verify()
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]


def test_a_key_of_another_kind_is_told_as_that(shop: Shop) -> None:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    shop.key.write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(SourceError, match="not one of an elliptic curve of NIST"):
        shop.verify()


def test_without_a_trusted_key_or_an_artifact_nothing_is_verified(shop: Shop) -> None:
    with pytest.raises(SourceError, match="keys that are trusted"):
        verified(Signed(str(shop.signature), str(shop.model)), [], SHAPES, at=AT)
    with pytest.raises(SourceError, match="there is no artifact"):
        shop.verify(artifact=shop.model / "gone")


def test_the_manifest_must_describe_what_was_signed(shop: Shop) -> None:
    def with_digest(digest: str) -> Manifest:
        provenance = {"artifact_digest": digest, "signature": {"present": True, "verified": True}}
        text = {
            "apiVersion": "aims/v1",
            "kind": "Model",
            "metadata": {"name": "m"},
            "spec": {"provenance": provenance},
        }
        return read_data(json.dumps(text).encode(), "m.json", SHAPES)[0]

    proof = shop.verify()
    assert not merged(with_digest(proof.data["provenance"]["artifact_digest"]), [proof]).disagreements
    other = merged(with_digest(f"sha256:{'1' * 64}"), [proof])
    assert list(other.disagreements) == [("provenance", "artifact_digest")]


def test_a_claim_by_hand_does_not_survive_a_signature_that_does_not_hold(shop: Shop) -> None:
    claim = {"present": True, "verified": True, "signer": "us", "verified_on": "2026-01-01"}
    spec = {"provenance": {"signature": claim}}
    text = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}, "spec": spec}
    [manifest] = read_data(json.dumps(text).encode(), "m.json", SHAPES)
    found = merged(manifest, [shop.verify(shop.other)])
    assert found.data["provenance"]["signature"]["verified"] is False
    assert strength_of(found.data["provenance"]["signature"]) == "declared"


def test_a_missing_package_is_said_with_what_to_install(shop: Shop) -> None:
    program = (
        "import sys; sys.modules['model_signing'] = None\n"
        "from datetime import datetime, timezone\n"
        "from aims_policy.manifest.evidence.signature import Signed, verified\n"
        "from aims_policy.source import SourceError\n"
        "try: verified(Signed(sys.argv[1], sys.argv[2]), [sys.argv[3]], {}, at=datetime.now(timezone.utc))\n"
        "except SourceError as error: print(error.diagnostics[0].code, error.diagnostics[0].help)\n"
    )
    arguments = [sys.executable, "-c", program, str(shop.signature), str(shop.model), str(shop.key)]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert ran.stdout == "not-installed pip install 'aims-policy[signing]'\n"

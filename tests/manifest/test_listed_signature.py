"""Signatures that manifests list under `spec.evidence`, verified by whoever decides; claims count for nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.evidence.beside import Key
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError
from aims_policy.source.strength import strength_of
from tests.manifest.test_signature import Shop, certified

SHAPES = shapes()
CLAIM = {"present": True, "verified": True}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def digest_of(shop: Shop) -> str:
    found: str = shop.verify().data["provenance"]["artifact_digest"]
    return found


def written(shop: Shop, spec: dict[str, Any], kind: str = "Model") -> str:
    file = shop.signature.parent / "manifest.json"
    frame = {"apiVersion": "aims/v1", "kind": kind, "metadata": {"name": "m"}, "spec": spec}
    file.write_text(json.dumps(frame))
    return str(file)


def model(shop: Shop, keys: tuple[Path, ...] | None = None, of: str | None = "own", **entry: Any) -> Manifest:
    """A model that lists its signature, and claims that it was verified."""
    given = digest_of(shop) if of == "own" else of
    provenance = {"signature": CLAIM, **({"artifact_digest": given} if given else {})}
    spec = {"provenance": provenance, "evidence": [{"file": "model.sig", **entry}]}
    trusted = [str(key) for key in ((shop.key,) if keys is None else keys)]
    [found] = read(written(shop, spec), SHAPES, keys=trusted)
    return found


def open_for(found: Manifest, code: str) -> str:
    """Why it stays open whether it holds; a rule that asks finds no evidence."""
    assert "verified" not in found.data["provenance"]["signature"]
    assert strength_of(found.data["provenance"]["signature"]) == "declared"
    [note] = found.notes
    assert (note.code, note.severity) == (code, "warning")
    assert note.file.endswith("model.sig")
    return f"{note.message}: {note.help}"


def refuted(found: Manifest) -> str:
    signature = found.data["provenance"]["signature"]
    assert signature == {"present": True, "verified": False}
    assert strength_of(signature) == "declared"
    return "; ".join(note.message for note in found.notes)


def test_a_claim_is_no_evidence_and_says_why() -> None:
    frame = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}}
    spec = {"provenance": {"signature": {**CLAIM, "signer": "us", "verified_on": "2026-01-01"}}}
    [found] = read_data(json.dumps({**frame, "spec": spec}).encode(), "m.json", SHAPES)
    assert "verified" not in found.data["provenance"]["signature"]
    gap = found.missing["provenance.signature.verified"]
    assert (gap.reason, gap.line) == ("a claim that was not verified here", 1)


def test_a_claim_of_a_delivery_is_no_evidence_either() -> None:
    frame = {"apiVersion": "aims/v1", "kind": "Supplier", "metadata": {"name": "s"}}
    spec = {"deliveries": [{"item": "weights", "signature": CLAIM}]}
    [found] = read_data(json.dumps({**frame, "spec": spec}).encode(), "m.json", SHAPES)
    assert found.data["deliveries"][0]["signature"] == {"present": True}
    assert "deliveries[0].signature.verified" in found.missing


def test_an_admission_that_it_does_not_hold_is_believed() -> None:
    frame = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}}
    spec = {"provenance": {"signature": {"present": True, "verified": False}}}
    [found] = read_data(json.dumps({**frame, "spec": spec}).encode(), "m.json", SHAPES)
    assert found.data["provenance"]["signature"]["verified"] is False


def test_a_listed_signature_is_verified_against_the_keys_that_are_trusted(shop: Shop) -> None:
    found = model(shop)
    signature = found.data["provenance"]["signature"]
    assert (signature["verified"], strength_of(signature)) == (True, "verified")
    assert signature["signer"].startswith("key sha256:")
    assert found.locate("provenance.signature.verified").file == str(shop.signature)
    assert (not found.notes, [s.format for s in found.sources]) == (True, ["sigstore-digest"])  # type: ignore[attr-defined]
    assert model(shop, keys=(shop.other, shop.key)).data["provenance"]["signature"]["verified"]


def test_a_certificate_that_is_trusted_names_the_signer(shop: Shop, tmp_path: Path) -> None:
    from model_signing import signing

    certificate = certified(tmp_path)
    signing.Config().use_certificate_signer(
        private_key=tmp_path / "leaf.priv", signing_certificate=certificate, certificate_chain=[certificate]
    ).sign(shop.model, shop.signature)
    payload_digest = shop.verify(certificate).data["provenance"]["artifact_digest"]
    found = model(shop, keys=(certificate,), of=payload_digest)
    assert found.data["provenance"]["signature"]["signer"] == "CN=release.lindhaven.example"
    refuted(model(shop, of=payload_digest))


@pytest.mark.parametrize(
    "pattern", ["model/m", "model/*", "*/m", "m*l/?", "model/m*x", "supplier/m", "model/"]
)
def test_a_key_signs_only_what_it_is_trusted_for(shop: Shop, pattern: str) -> None:
    trusted = (Key(str(shop.key), ("dataset/*", pattern)), Key(str(shop.other)))
    given = digest_of(shop)
    spec = {
        "provenance": {"signature": CLAIM, "artifact_digest": given},
        "evidence": [{"file": "model.sig"}],
    }
    [found] = read(written(shop, spec), SHAPES, keys=trusted)
    if pattern in ("model/m", "model/*", "*/m"):
        assert found.data["provenance"]["signature"]["verified"]
    else:
        assert "which the workspace does not let sign model/m" in refuted(found)


def test_a_key_that_the_manifest_brings_along_is_not_trusted(shop: Shop) -> None:
    shop.sign(shop.model, shop.signature, "other")
    assert "does not hold and counts as none" in refuted(model(shop, of=f"sha256:{'1' * 64}"))


def test_without_trusted_keys_it_stays_open(shop: Shop) -> None:
    assert "no key is trusted: list the signer's public key" in open_for(model(shop, keys=()), "no-key")


def test_a_signature_of_another_artifact_counts_as_none(shop: Shop) -> None:
    assert "and the manifest is of sha256:1111" in refuted(model(shop, of=f"sha256:{'1' * 64}"))


def test_leaving_the_digest_out_binds_it_to_nothing(shop: Shop) -> None:
    said = open_for(model(shop, of=None), "unbound-signature")
    assert "`provenance.artifact_digest`" in said


def test_any_flipped_byte_of_the_signature_is_found(shop: Shop) -> None:
    digest = digest_of(shop)
    whole = shop.signature.read_text()
    bundle = json.loads(whole)
    for place in ("payload", "sig"):
        holder = bundle["dsseEnvelope"] if place == "payload" else bundle["dsseEnvelope"]["signatures"][0]
        text = holder[place]
        for position in range(0, len(text) - 4, max(1, len(text) // 7)):
            holder[place] = text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]
            shop.signature.write_text(json.dumps(bundle))
            refuted(model(shop, of=digest))
        holder[place] = text


def test_the_artifact_beside_it_is_compared_where_it_is_named(shop: Shop) -> None:
    digest = digest_of(shop)
    found = model(shop, artifact="model")
    assert (found.data["provenance"]["signature"]["verified"], found.notes) == (True, ())
    (shop.model / "config.json").write_text('{"layers": 3}')
    assert "a file differs" in refuted(model(shop, of=digest, artifact="model"))
    assert model(shop, of=digest).data["provenance"]["signature"]["verified"]  # nothing was compared


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"artifact": "../elsewhere"}, "outside-workspace"),
        ({"artifact": "/etc"}, "outside-workspace"),
        ({"delivery": "weights"}, "other-asset"),
        ({"digest": f"sha256:{'1' * 64}"}, "wrong-digest"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_place(shop: Shop, entry: dict[str, str], code: str) -> None:
    with pytest.raises(SourceError) as caught:
        model(shop, **entry)
    [problem] = caught.value.diagnostics
    assert (problem.code, Path(problem.file).name, problem.line) == (code, "manifest.json", 1)


def test_only_signatures_have_an_artifact(shop: Shop) -> None:
    report = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}, "spec": {}}
    (shop.signature.parent / "report.json").write_text(json.dumps(report))
    with pytest.raises(SourceError, match="is said of signatures"):
        read(written(shop, {"evidence": [{"file": "report.json", "artifact": "model"}]}), SHAPES)


def test_data_is_signed_by_its_own_digest(shop: Shop) -> None:
    spec = {"provenance": {"digest": digest_of(shop)}, "evidence": [{"file": "model.sig"}]}
    [found] = read(written(shop, spec, "Dataset"), SHAPES, keys=[str(shop.key)])
    assert found.data["provenance"]["signature"]["verified"] is True


@pytest.mark.parametrize("said", [{}, {"signature": CLAIM}, {"signature": {"present": True}}])
def test_a_delivery_of_a_supplier_is_signed_by_its_item(shop: Shop, said: dict[str, Any]) -> None:
    deliveries = [
        {"item": "tokenizer", "digest": f"sha256:{'2' * 64}"},
        {"item": "weights", "digest": digest_of(shop), **said},
    ]
    spec = {"deliveries": deliveries, "evidence": [{"file": "model.sig", "delivery": "weights"}]}
    [found] = read(written(shop, spec, "Supplier"), SHAPES, keys=[str(shop.key)])
    tokenizer, weights = found.data["deliveries"]
    assert "signature" not in tokenizer
    assert weights["signature"]["verified"] is True
    assert weights["signature"]["signer"].startswith("key sha256:")
    [other] = read(written(shop, spec, "Supplier"), SHAPES, keys=[str(shop.other)])
    assert [d.get("signature", {}).get("verified") for d in other.data["deliveries"]] == [None, False]
    with pytest.raises(SourceError, match="no single delivery"):
        read(written(shop, {**spec, "evidence": [{"file": "model.sig"}]}, "Supplier"), SHAPES)


def test_without_the_extra_it_stays_open_and_says_what_to_install(shop: Shop) -> None:
    digest_of(shop)
    model(shop)
    program = (
        "import sys; sys.modules['model_signing'] = None\n"
        "from aims_policy.manifest.read import read\n"
        "from aims_policy.manifest.native.shape import shapes\n"
        "[found] = read(sys.argv[1], shapes(), keys=[sys.argv[2]])\n"
        "[note] = found.notes\n"
        "print(note.code, note.help, found.data['provenance']['signature'])\n"
    )
    arguments = [sys.executable, "-c", program, str(shop.signature.parent / "manifest.json"), str(shop.key)]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert ran.stdout == "not-installed pip install 'aims-policy[signing]' {'present': True}\n"


IMPORTED = (
    "import sys\n"
    "from aims_policy.manifest.evidence.signature_check import held\n"
    "data = open(sys.argv[1], 'rb').read()\n"
    "try: found = held(data, '', sys.argv[2:])\n"
    "except Exception as error: found = error\n"
    "print(bool(getattr(found, 'signer', '')), 'model_signing' in sys.modules)\n"
)


def test_a_signature_that_held_is_not_verified_again_and_one_that_did_not_is(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIMS_CACHE_DIR", str(shop.signature.parent / "cache"))

    def holds(signature: Path, *keys: Path) -> str:
        arguments = [sys.executable, "-c", IMPORTED, str(signature), *map(str, keys)]
        return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()

    assert [holds(shop.signature, shop.other, shop.key) for _ in range(2)] == ["True True", "True False"]
    assert [holds(shop.signature, shop.other) for _ in range(2)] == ["False True", "False True"]
    bundle = json.loads(shop.signature.read_bytes())
    changed = shop.signature.parent / "changed.sig"
    bundle["dsseEnvelope"]["payload"] = bundle["dsseEnvelope"]["payload"].replace("A", "B", 1)
    changed.write_text(json.dumps(bundle))
    assert holds(changed, shop.key) == "False True"
    shop.key.write_bytes(shop.other.read_bytes())
    assert holds(shop.signature, shop.key) == "False True"


def test_without_room_for_temporary_files_nothing_is_found_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(shop.signature.parent / "is-not-there"))
    digest = "sha256:" + "0" * 64
    with pytest.raises(SourceError) as caught:
        model(shop, of=digest)
    [problem] = caught.value.diagnostics
    assert problem.code == "cannot-verify"

"""`aims evaluate` with evidence besides the manifest, as the real process."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import GOOD, LISTING, Aims

POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: own}
rules:
  - id: t/auc
    controls: [A.6.2.4]
    title: It is good enough
    applies_to: [Model]
    require: '$all([v >= 0.7 for v in $measured(evaluation.measurements, "auc")])'
    severity: high
    rationale: It decides on people.
    remediation: Train it again.
  - id: t/signed
    controls: [A.6.2.5]
    title: It is signed
    applies_to: [Model]
    when: metadata.labels.keys.length > 1
    require: provenance.signature.verified and $as_strong_as(provenance.signature, "verified")
    severity: high
    rationale: Files are swapped.
    remediation: Sign it.
"""
MODEL = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer, owner: Ada, labels: {a: b}}
spec:
  risk: {tier: high}
  evaluation:
    measurements:
      - {metric: auc, value: 0.9}
  provenance:
    signature: {present: true, verified: true, signer: us}
"""
REPORT = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer}
spec:
  evaluation:
    measurements:
      - {metric: auc, value: 0.4}
"""


@pytest.fixture
def shop(aims: Any) -> Any:
    aims.write(
        "aims.yaml", "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: acme}\npolicies: [policies]\n"
    )
    aims.write("policies/own.yaml", POLICY)
    aims.write("model.yaml", MODEL)
    aims.write("report.yaml", REPORT)
    return aims


def test_evidence_that_contradicts_turns_pass_into_fail(shop: Any) -> None:
    assert shop("evaluate", "model.yaml").code == 0
    ran = shop("evaluate", "model.yaml", "--evidence", "report.yaml")
    assert (ran.code, ran.err) == (1, "")
    assert "with evidence from report.yaml (aims, declared)" in ran.out
    assert "report.yaml:7" in ran.out
    assert "model.yaml:8" in ran.out
    assert "sources-disagree" in ran.out


def test_explain_takes_evidence_too(shop: Any) -> None:
    ran = shop("explain", "t/auc", "model.yaml", "--evidence", "report.yaml")
    assert (ran.code, ran.err) == (1, "")
    assert "[0.9, 0.4]" in ran.out


def test_json_lists_the_sources(shop: Any) -> None:
    ran = shop("evaluate", "model.yaml", "--evidence", "report.yaml", "--format", "json")
    [decision] = json.loads(ran.out)["decisions"]
    [source] = decision["subject"]["sources"]
    assert (source["file"], source["format"], source["strength"]) == ("report.yaml", "aims", "declared")
    assert {(e["file"], e["digest"]) for e in decision["findings"][0]["evidence"] if "value" in e["path"]} == {
        ("model.yaml", decision["subject"]["digest"]), ("report.yaml", source["digest"])
    }  # fmt: skip


def test_a_manifest_lists_its_evidence(shop: Any) -> None:
    shop.write("model.yaml", MODEL.replace("spec:", "spec:\n  evidence: [{file: report.yaml}]"))
    assert shop("evaluate", "model.yaml").code == 1
    ran = shop("evaluate", ".")  # the report is evidence here, and no second model
    assert "2 manifests" in ran.out  # loans, and this
    assert ran.code == 1


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ("gone.yaml", "cannot-read"),
        ("other.yaml", "other-asset"),
        ("model/nobody=report.yaml", "other-asset"),
    ],
)
def test_evidence_that_cannot_be_used_leaves_nothing_decided(shop: Any, evidence: str, code: str) -> None:
    shop.write("other.yaml", REPORT.replace("scorer", "clf-7"))
    ran = shop("evaluate", "model.yaml", "--evidence", evidence)
    assert (ran.code, ran.out) == (4, "")
    assert f"error[{code}]" in ran.err
    assert "Traceback" not in ran.err


def test_evidence_under_another_name_is_taken_when_told_so(shop: Any) -> None:
    shop.write("other.yaml", REPORT.replace("scorer", "clf-7"))
    assert shop("evaluate", "model.yaml", "--evidence", "model/scorer=other.yaml").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--signature", "model.sig"),
        ("--artifact", "model.yaml"),
        ("--public-key", "model.yaml"),
        ("--signature", "model.sig", "--artifact", "model.yaml"),
    ],
)
def test_options_of_a_signature_go_together(shop: Any, arguments: tuple[str, ...]) -> None:
    assert shop("evaluate", "model.yaml", *arguments).code == 2


SIGN = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec
from model_signing import signing
key = ec.generate_private_key(ec.SECP256R1())
Path("key.priv").write_bytes(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
Path("key.pem").write_bytes(key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo))
signing.Config().use_elliptic_key_signer(private_key=Path("key.priv")).sign(Path("weights"), Path("model.sig"))
"""


def test_a_signature_is_verified_and_a_flipped_byte_is_found(shop: Any) -> None:
    shop.write("model.yaml", MODEL.replace("{a: b}", "{a: b, c: d}"))
    shop.write("weights/part.bin", "0123456789")
    subprocess.run([sys.executable, "-c", SIGN], cwd=shop.folder, check=True)
    claimed = shop("evaluate", "model.yaml")
    assert claimed.code == 1  # what is said in the manifest is not verified
    given = ("--signature", "model.sig", "--artifact", "weights")
    ran = shop("evaluate", "model.yaml", *given, "--public-key", "key.pem")
    assert (ran.code, ran.err) == (0, "")
    assert "model.sig (sigstore-bundle, verified)" in ran.out
    workspace = Path(shop.folder) / "aims.yaml"
    workspace.write_text(workspace.read_text() + "signing: {keys: [key.pem]}\n")
    assert shop("evaluate", "model.yaml", *given).code == 0
    shop.write("weights/part.bin", "0123456788")
    ran = shop("evaluate", "model.yaml", *given)
    assert ran.code == 1
    assert "signature-invalid" in ran.out
    assert "a file differs" in ran.out


def test_a_listed_signature_is_verified_with_the_keys_of_the_workspace_alone(shop: Any) -> None:
    shop.write("weights/part.bin", "0123456789")
    subprocess.run([sys.executable, "-c", SIGN], cwd=shop.folder, check=True)
    bundle = json.loads((Path(shop.folder) / "model.sig").read_text())
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    digest = f"    artifact_digest: sha256:{statement['subject'][0]['digest']['sha256']}\n"
    listed = "  evidence: [{file: model.sig, artifact: weights}]\n"
    shop.write("model.yaml", MODEL.replace("{a: b}", "{a: b, c: d}") + digest + listed)
    ran = shop("evaluate", "model.yaml")
    assert ran.code == 1
    assert "no-key" in ran.out
    workspace = Path(shop.folder) / "aims.yaml"
    workspace.write_text(workspace.read_text() + "signing: {keys: [key.pem]}\n")
    ran = shop("evaluate", "model.yaml")
    assert (ran.code, ran.err) == (0, "")
    shop.write("weights/part.bin", "0123456788")
    ran = shop("evaluate", "model.yaml")
    assert ran.code == 1
    assert "a file differs" in ran.out


def test_keys_of_a_workspace_lie_in_it(shop: Any) -> None:
    workspace = Path(shop.folder) / "aims.yaml"
    text = workspace.read_text()
    for key, said in (("gone.pem", "there is no key"), ("../key.pem", "lies outside the workspace")):
        (Path(shop.folder).parent / "key.pem").write_text("key")
        workspace.write_text(text + f"signing: {{keys: [{key}]}}\n")
        ran = shop("evaluate", "model.yaml")
        assert ran.code == 3
        assert said in ran.err


def test_evidence_of_the_workspace_counts_from_stdin_as_from_a_file(aims: Any) -> None:
    """Also where the manifest stands in a folder of it, and the evidence in another."""
    aims.write("reports/counted.yaml", GOOD.replace("loans", "listing"))
    aims.write("inventory/listing.yaml", LISTING)
    below = Aims(aims.folder / "inventory")
    from_file = below("evaluate", "listing.yaml")
    from_stdin = below("evaluate", "-", stdin=LISTING.encode())
    assert (from_file.code, from_stdin.code) == (0, 0)
    assert "reports/counted.yaml" in from_stdin.out

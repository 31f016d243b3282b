"""Files that change while it serves: swapped whole, or not at all."""

from __future__ import annotations

import os
import re
import signal
import threading
from pathlib import Path

import httpx

from tests.server.conftest import Served, inference_service, review, serving, until
from tests.server.test_decisions_api import GOOD

STRICT = """
apiVersion: aims/v1
kind: Policy
metadata: {name: strict, version: 1.0.0}
rules:
  - id: A.9.4/nothing-passes
    controls: [A.9.4]
    title: Nothing passes
    applies_to: [Model]
    require: metadata.name == "nobody"
    severity: critical
    rationale: To show that a rule was read.
    remediation: Take the file away.
"""


def verdict(client: httpx.Client) -> str:
    found: str = client.post("/v1/decisions", json=GOOD).json()["verdict"]
    return found


def test_policies_inventory_and_waivers(workspace: Path) -> None:
    with serving(workspace) as served, served.client() as client:
        assert verdict(client) == "pass"
        first = client.get("/readyz").json()
        (workspace / "policies" / "strict.yaml").write_text(STRICT)
        until(lambda: verdict(client) == "fail")
        second = client.get("/readyz").json()
        assert (second["generation"], second["bundle"] != first["bundle"]) == (first["generation"] + 1, True)
        (workspace / "waivers.yaml").write_text(
            "apiVersion: aims/v1\nkind: Waivers\nwaivers:\n"
            "  - {id: W-1, rules: [A.9.4/nothing-passes], assets: [model/posted], approver: Chief Risk Officer,\n"
            "     justification: To show that waivers are read again., granted: 2020-01-01, expires: 2020-01-05}\n"
        )
        until(lambda: client.get("/v1/bundle").json()["waivers"])
        (workspace / "policies" / "strict.yaml").unlink()
        (workspace / "waivers.yaml").write_text("apiVersion: aims/v1\nkind: Waivers\nwaivers: []\n")
        until(lambda: client.get("/readyz").json()["bundle"] == first["bundle"])
        asked = review(inference_service("s3://models/new"))
        assert not client.post("/k8s/validate", json=asked).json()["response"]["allowed"]
        (workspace / "inventory" / "new.yaml").write_text(
            "apiVersion: aims/v1\nkind: Model\nmetadata: {name: new}\n"
            "spec: {intended_use: {summary: New}, provenance: {artifact: s3://models/new}}\n"
        )
        until(lambda: client.post("/k8s/validate", json=asked).json()["response"]["allowed"])


def test_a_bad_reload_keeps_the_last_good_bundle(workspace: Path) -> None:
    with serving(workspace) as served, served.client() as client:
        good = client.get("/readyz").json()
        policy = workspace / "policies" / "own.yaml"
        text = policy.read_text()
        policy.write_text(text.replace("intended_use.summary", "intended_use.sumary"))
        until(lambda: client.get("/readyz").json()["reload"]["failing"])
        bad = client.get("/readyz")
        assert (bad.status_code, bad.json()["bundle"]) == (200, good["bundle"])
        assert bad.json()["reload"]["problems"] == ["unknown-field"]
        assert verdict(client) == "pass"
        figures = client.get("/metrics").text
        assert "aims_reload_failing 1.0" in figures
        assert 'aims_reloads_total{result="failure",what="bundle"} 1.0' in figures
        [line] = until(lambda: [e for e in served.events("reload") if e["result"] == "failure"])
        assert re.fullmatch(r"policies/own\.yaml:\d+:\d+ unknown-field: .*", line["problems"][0])
        policy.write_text(text)
        until(lambda: not client.get("/readyz").json()["reload"]["failing"])
        assert "aims_reload_failing 0.0" in client.get("/metrics").text
        broken = workspace / "inventory" / "broken.yaml"
        broken.write_text("apiVersion: aims/v1\nkind: Model\nmetadata: {name: hush-4711, hush: 1}\n")
        until(lambda: client.get("/readyz").json()["reload"]["failing"])
        assert "hush" not in served.text
        assert client.get("/v1/bundle").json()["assets"] == 6


def test_what_hinders_nothing_is_warned_of(workspace: Path) -> None:
    """An asset that two files describe, a waiver that does nothing: nobody reads every decision's notices."""
    twin = next(f for f in sorted((workspace / "inventory").iterdir()) if "kind: Model" in f.read_text())
    with serving(workspace) as served:
        (workspace / "inventory" / "zz-twin.yaml").write_text(twin.read_text())
        [line] = until(lambda: [e for e in served.events("reload") if e["result"] == "warned"])
        assert line["level"] == "warning"
        assert any("zz-twin.yaml" in said and " duplicate-asset: " in said for said in line["problems"])


def test_no_request_sees_half(workspace: Path) -> None:
    """Two files change together, again and again: a decision is by both old or both new."""
    other = STRICT.replace("nothing-passes", "other").replace('== "nobody"', '!= "nobody"')
    seen: set[tuple[str, frozenset[str]]] = set()
    with serving(workspace) as served:
        done = threading.Event()

        def ask() -> None:
            with served.client() as client:
                while not done.is_set():
                    decision = client.post("/v1/decisions", json=GOOD).json()["decisions"][0]
                    seen.add((decision["bundle_digest"], frozenset(f["rule"] for f in decision["findings"])))

        asking = [threading.Thread(target=ask) for _ in range(4)]
        for thread in asking:
            thread.start()
        with served.client() as client:
            for round_ in range(3):
                before = client.get("/readyz").json()["generation"]
                with_both = round_ % 2 == 0
                for name, text in (("a.yaml", STRICT), ("b.yaml", other)):
                    file = workspace / "policies" / name
                    file.write_text(text) if with_both else file.unlink()
                until(lambda before=before: client.get("/readyz").json()["generation"] > before)
        done.set()
        for thread in asking:
            thread.join()
    assert len({digest for digest, _ in seen}) == len(seen), "one bundle, one set of rules"
    assert len(seen) >= 2


def test_links_that_are_swapped_as_kubernetes_does(workspace: Path, tmp_path: Path) -> None:
    """A mounted ConfigMap: files are links into a folder that is replaced by another."""
    mounted = tmp_path / "mounted"
    (mounted / "policies").mkdir(parents=True)
    for number, strict in enumerate((False, True)):
        data = mounted / f"..{number}"
        data.mkdir()
        own = (workspace / "policies" / "own.yaml").read_text()
        (data / "own.yaml").write_text(STRICT if strict else own)
        (data / "aims.yaml").write_text(
            "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: mounted}\npolicies: [policies]\n"
        )
    (mounted / "..data").symlink_to("..0")
    (mounted / "policies" / "own.yaml").symlink_to("../..data/own.yaml")
    (mounted / "aims.yaml").symlink_to("..data/aims.yaml")
    with serving(mounted) as served, served.client() as client:
        assert verdict(client) == "pass"
        (mounted / "..new").symlink_to("..1")
        (mounted / "..new").replace(mounted / "..data")
        until(lambda: verdict(client) == "fail")


def test_several_workers_and_their_end(workspace: Path) -> None:
    with serving(workspace, "--workers", "2", ready=False) as served:

        def asked() -> int:
            with served.client() as client:  # a connection of its own: any worker may take it
                return client.get("/readyz").status_code

        until(lambda: {asked() for _ in range(8)} == {200})
        for _ in range(20):
            with served.client() as client:
                assert client.post("/v1/decisions", json=GOOD).json()["verdict"] == "pass"

        def counted() -> bool:
            with served.client() as client:
                text = client.get("/metrics").text
            return 'aims_decisions_total{environment="production",verdict="pass"} 20.0' in text

        until(counted)
        workers = {e["pid"] for e in served.events("request")}
        os.kill(workers.pop(), signal.SIGKILL)
        until(lambda: {asked_or_none(served) for _ in range(8)} == {200})
        assert served.stop() == 0
        assert served.events("stopped")


def asked_or_none(served: Served) -> int | None:
    try:
        with served.client() as client:
            return client.get("/readyz").status_code
    except httpx.TransportError:
        return None

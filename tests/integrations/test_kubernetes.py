"""The files that put the admission server in front of a cluster: valid, tight, and true to what the server takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import celpy
import jsonpatch
import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "integrations" / "kubernetes"
OTHERS = (
    "kustomize.config.k8s.io/",
    "cert-manager.io/",
    "aims/",
)  # kinds that Kubernetes itself does not publish
KUBERNETES = "1.31"


def documents(file: Path) -> list[Any]:
    return [d for d in yaml.safe_load_all(file.read_text(encoding="utf-8")) if d is not None]


def objects() -> Iterator[Any]:
    for file in sorted(FILES.rglob("*.yaml")):
        for index, document in enumerate(documents(file)):
            if not document["apiVersion"].startswith(OTHERS):
                yield pytest.param(document, id=f"{file.relative_to(FILES)}:{index}")


def one(folder: str, name: str) -> Any:
    [found] = documents(FILES / folder / name)
    return found


DEPLOYMENT = one("base", "deployment.yaml")
POD = DEPLOYMENT["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]
[ENFORCING] = one("base", "webhook.yaml")["webhooks"]
[AUDITING] = one("audit", "webhook.yaml")["webhooks"]


@pytest.mark.parametrize("document", list(objects()))
def test_every_object_is_valid_by_the_published_schemas(document: Any) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_the_schemas_would_find_a_mistake() -> None:
    wrong = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "replica": 3}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


KUSTOMIZATIONS = sorted(FILES.rglob("kustomization.yaml"))


@pytest.mark.parametrize("file", KUSTOMIZATIONS, ids=lambda p: p.parent.name)
def test_a_kustomization_names_what_kustomize_may_read(file: Path) -> None:
    """Files in or below its own folder; elsewhere only folders that are kustomizations themselves."""
    [found] = documents(file)
    resources = found.get("resources", [])
    named = [f for f in resources if f.endswith(".yaml")]
    named += [f for g in found.get("configMapGenerator", ()) for f in g["files"]]
    for entry in named:
        assert (file.parent / entry).is_file(), entry
        assert ".." not in Path(entry).parts, entry
    for entry in set(resources) - set(named):
        assert (file.parent / entry / "kustomization.yaml").is_file(), entry
    assert {p.name for p in file.parent.glob("*.yaml")} - {"kustomization.yaml"} == set(named)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here")
@pytest.mark.parametrize("file", KUSTOMIZATIONS, ids=lambda p: p.parent.name)
def test_kubectl_builds_it(file: Path) -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", str(file.parent)], capture_output=True, check=False, text=True, timeout=60
    )
    assert built.returncode == 0, built.stderr
    for document in yaml.safe_load_all(built.stdout):
        if not str(document["apiVersion"]).startswith(OTHERS):
            kubernetes_validate.validate(document, KUBERNETES, strict=True)
    if file.parent.name in ("base", "cert-manager", "managed"):
        made = {(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all(built.stdout)}
        workspace = made["ConfigMap", "aims-workspace"]
        assert workspace["metadata"]["namespace"] == "aims-policy"
        assert set(workspace["data"]) == {"aims.yaml", "waivers.yaml", "asset-sentiment.yaml"}
        assert {"configMap": {"name": "aims-workspace"}, "name": "workspace"} in (
            made["Deployment", "aims-policy"]["spec"]["template"]["spec"]["volumes"]
        )


def test_the_ledgers_password_is_in_no_process_list() -> None:
    from aims_policy.commands.serve import command

    [ledger] = [p for p in command.params if p.name == "ledger"]
    [variable] = [e for e in CONTAINER["env"] if "secretKeyRef" in e.get("valueFrom", {})]
    assert variable["name"] == ledger.envvar
    assert not any("$(" in argument for argument in CONTAINER["args"])


def test_three_replicas_survive_a_drained_node() -> None:
    assert DEPLOYMENT["spec"]["replicas"] == 3
    budget = one("base", "pod-disruption-budget.yaml")["spec"]
    assert budget["minAvailable"] == 2
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"].items()
    for selector in (
        budget["selector"]["matchLabels"],
        one("base", "service.yaml")["spec"]["selector"],
        one("base", "network-policy.yaml")["spec"]["podSelector"]["matchLabels"],
        DEPLOYMENT["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels


def test_the_container_can_write_only_where_it_must() -> None:
    security = CONTAINER["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert (POD["securityContext"]["runAsNonRoot"], POD["automountServiceAccountToken"]) == (True, False)
    writable = {m["name"] for m in CONTAINER["volumeMounts"] if not m.get("readOnly")}
    assert {v["name"] for v in POD["volumes"] if "emptyDir" in v} == writable
    assert {v["name"] for v in POD["volumes"]} == {m["name"] for m in CONTAINER["volumeMounts"]}


def test_probes_ask_what_needs_no_authentication() -> None:
    paths = {p: CONTAINER[f"{p}Probe"]["httpGet"]["path"] for p in ("startup", "readiness", "liveness")}
    assert paths == {"startup": "/readyz", "readiness": "/readyz", "liveness": "/healthz"}


def test_one_webhook_refuses_and_fails_closed_and_the_other_never_refuses() -> None:
    assert (ENFORCING["failurePolicy"], AUDITING["failurePolicy"]) == ("Fail", "Ignore")
    for webhook in (ENFORCING, AUDITING):
        assert webhook["sideEffects"] == "NoneOnDryRun"
        assert 1 <= webhook["timeoutSeconds"] <= 10
        assert webhook["admissionReviewVersions"] == ["v1"]
    assert ENFORCING["rules"] == AUDITING["rules"]
    assert ENFORCING["matchConditions"] == AUDITING["matchConditions"]


def _selected(selector: Any, labels: dict[str, str]) -> bool:
    """Of a label selector the operators that these files use."""
    for expression in selector["matchExpressions"]:
        is_in = labels.get(expression["key"]) in expression["values"]
        if is_in != (expression["operator"] == "In"):
            return False
    return True


@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        ("shop", None, "enforced"),
        ("shop", "enforce", "enforced"),
        ("shop", "audit", "audited"),
        ("kube-system", None, "left alone"),
        ("kube-system", "audit", "left alone"),
        ("aims-policy", None, "left alone"),
    ],
)
def test_each_namespace_has_at_most_one_of_them(name: str, mode: str | None, expected: str) -> None:
    labels = {"kubernetes.io/metadata.name": name, **({"aims/mode": mode} if mode else {})}
    found = [
        what
        for what, webhook in (("enforced", ENFORCING), ("audited", AUDITING))
        if _selected(webhook["namespaceSelector"], labels)
    ]
    assert (found or ["left alone"]) == [expected]


def workload(replicas: int = 1, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": "a", **metadata}, "spec": {"replicas": replicas}}


PLAIN, SCALED, LABELLED = workload(), workload(2), workload(labels={"x": "y"})
ANNOTATED = workload(annotations={"aims/asset": "model/a"})
LEAVING = workload(deletionTimestamp="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("operation", "old", "new", "asked"),
    [
        ("CREATE", None, PLAIN, True),
        ("UPDATE", PLAIN, PLAIN, False),
        ("UPDATE", PLAIN, LABELLED, False),
        ("UPDATE", PLAIN, SCALED, True),
        ("UPDATE", PLAIN, ANNOTATED, True),
        ("UPDATE", ANNOTATED, PLAIN, True),
        ("UPDATE", PLAIN, LEAVING, False),
    ],
)
def test_conditions_ask_only_where_the_answer_can_matter(
    operation: str, old: Any, new: Any, asked: bool
) -> None:
    names = celpy.json_to_cel({"request": {"operation": operation}, "object": new, "oldObject": old})
    environment = celpy.Environment()
    held = [
        bool(environment.program(environment.compile(c["expression"])).evaluate(names))
        for c in ENFORCING["matchConditions"]
    ]
    assert all(held) is asked


def test_a_managed_cluster_gets_a_server_without_authentication_and_what_only_that_mounts() -> None:
    [managed] = documents(FILES / "managed" / "kustomization.yaml")
    [patch] = managed["patches"]
    patched = jsonpatch.apply_patch(DEPLOYMENT, yaml.safe_load(patch["patch"]))
    kubernetes_validate.validate(patched, KUBERNETES, strict=True)
    pod = patched["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert "--insecure-no-auth" in container["args"]
    assert not any("token" in a or "client-ca" in a for a in container["args"])
    left = {"workspace", "tls", "cache", "tmp"}
    assert {v["name"] for v in pod["volumes"]} == {m["name"] for m in container["volumeMounts"]} == left


def test_the_server_denies_before_the_webhook_times_out() -> None:
    [deadline] = [float(a.partition("=")[2]) for a in CONTAINER["args"] if a.startswith("--deadline=")]
    assert deadline < min(ENFORCING["timeoutSeconds"], AUDITING["timeoutSeconds"])


def test_the_runbook_speaks_of_metrics_that_there_are() -> None:
    source = (ROOT / "aims_policy" / "server" / "metrics.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(aims_\w+)"', source))
    told = set(
        re.findall(r"`(aims_\w+?)(?:_total)?(?:[{`])", (FILES / "README.md").read_text(encoding="utf-8"))
    )
    assert told
    assert told <= known


def test_the_image_is_built_from_what_is_there_and_what_is_not_ignored() -> None:
    text = (FILES / "Dockerfile").read_text(encoding="utf-8")
    ignored = (FILES / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    allowed = set(re.findall(r"^!(\S+)$", ignored, re.MULTILINE))
    copied = {s for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for s in line.split()}
    assert copied == allowed
    assert all((ROOT / c).exists() for c in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [extras] = re.findall(r"'\.\[([\w,]+)\]'", text)
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == [f"{POD['securityContext']['runAsUser']}:65532"]


def test_the_server_knows_every_flag_that_it_is_given() -> None:
    from aims_policy.commands.serve import command

    known = {name for parameter in command.params for name in parameter.opts}
    given = {a.partition("=")[0] for a in CONTAINER["args"]}
    assert given <= known


def test_the_workspace_decides_as_a_mounted_config_map(tmp_path: Path) -> None:
    """A mounted ConfigMap is a folder of links into a hidden folder that is itself a link."""
    import aims_policy
    from aims_policy.api import read_inventory

    hidden = tmp_path / "..2026_11_23"
    shutil.copytree(FILES / "workspace", hidden)
    (tmp_path / "..data").symlink_to(hidden.name)
    for file in hidden.iterdir():
        (tmp_path / file.name).symlink_to(f"..data/{file.name}")
    bundle = aims_policy.load_bundle(workspace=tmp_path, cache=False)
    assert [f"{m.kind}/{m.name}" for m in read_inventory(bundle)] == ["Model/sentiment"]

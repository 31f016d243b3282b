"""Which models a Kubernetes object runs: what it says itself, what a serving resource names, what containers load.

Pure functions over a parsed object. What tells a model is data (`workload_signs`) that an organization can add to.
A custom resource that nobody listed is still looked through for pod specs: whatever starts containers is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.containers import ModelUse, container_uses
from aims_policy.manifest.foreign.object_parts import mapping_of, mappings_of, matches, text_of
from aims_policy.manifest.foreign.workload_signs import DEFAULT
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aims_policy.manifest.foreign.workload_signs import Resource, Signs
    from aims_policy.manifest.paths import Steps

ASSET, DIGEST, MANIFEST = "aims/asset", "aims/digest", "aims/manifest"
"""Annotations: ids of assets (``model/a, model/b``), their artifacts' digests in the same order, a manifest's text."""

_MAX_DEPTH = 24
_CONTAINERS = (dict, list)
_LISTS = ("initContainers", "containers", "ephemeralContainers")
_SOLE = ("container", "script", "mainContainer")
_HOLDING = frozenset((*_LISTS, *_SOLE))
"""Of these a mapping has one if it holds containers: most have none, and are not looked at further."""


class Claim(NamedTuple):
    """What an object's annotations say that it runs; ``paths`` leads to each annotation that is there."""

    assets: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    manifest: str = ""
    paths: Mapping[str, Steps] = {}


class Workload(NamedTuple):
    """What of a Kubernetes object a decision on its models needs."""

    group: str
    kind: str
    name: str
    namespace: str
    claims: tuple[Claim, ...]
    """Of the object itself and of its pod templates, each that says something of its own."""
    models: tuple[ModelUse, ...]

    @property
    def claim(self) -> Claim:
        """The object's own, or else that of the first pod template that has one."""
        return self.claims[0] if self.claims else Claim()


def workload(value: Mapping[str, Any], signs: Signs = DEFAULT) -> Workload:
    """Which models an object runs. Never raises, whatever the object holds.

    >>> pod = {"kind": "Pod", "spec": {"containers": [{"name": "chat", "args": ["--model", "acme/chat"]}]}}
    >>> workload(pod).models
    (ModelUse(uri='acme/chat', told_by='`--model` of container `chat`', path=('spec', 'containers', 0, 'args', 1), container='chat', partial=False),)
    """  # noqa: E501 - a doctest's result is one line
    metadata = mapping_of(value.get("metadata"))
    group = group_of(value)
    kind = text_of(value.get("kind"))
    pods = _pods(value, signs)
    return Workload(
        group=group,
        kind=kind,
        name=text_of(metadata.get("name")) or text_of(metadata.get("generateName")),
        namespace=text_of(metadata.get("namespace")),
        claims=tuple(_claims(value, [path for path, _ in pods])),
        models=() if f"{kind}.{group}" in signs.ignored_kinds else _models(value, group, kind, pods, signs),
    )


def claim_of(value: Mapping[str, Any], signs: Signs = DEFAULT) -> Claim:
    """What an object's annotations say, without looking for the models that it runs."""
    return next(_claims(value, [path for path, _ in _pods(value, signs)]), Claim())


def group_of(value: Mapping[str, Any]) -> str:
    """The API group of an object; "" for the core group.

    >>> group_of({"apiVersion": "apps/v1"}), group_of({"apiVersion": "v1"})
    ('apps', '')
    """
    return text_of(value.get("apiVersion")).rpartition("/")[0]


def _pods(value: Mapping[str, Any], signs: Signs) -> list[tuple[Steps, Mapping[str, Any]]]:
    ignored = f"{text_of(value.get('kind'))}.{group_of(value)}" in signs.ignored_kinds
    found: list[tuple[Steps, Mapping[str, Any]]] = []
    if not ignored:
        _pod_specs(value, (), 0, found)
    return found


def _claims(value: Mapping[str, Any], pods: Iterable[Steps]) -> Iterator[Claim]:
    """What is annotated to the object, and to each pod template, once where they say the same."""
    known = set[tuple[Any, ...]]()
    for path in ((), *(p[:-1] for p in pods)):
        annotations = mapping_of(mapping_of(_step_to(value, path)).get("metadata")).get("annotations")
        found = mapping_of(annotations)
        said = tuple(text_of(found.get(k)) if k in found else None for k in (ASSET, DIGEST, MANIFEST))
        if said == (None, None, None) or said in known:
            continue
        known.add(said)
        where = (*path, "metadata", "annotations")
        yield Claim(
            assets=_listed(found.get(ASSET)),
            digests=_listed(found.get(DIGEST)),
            manifest=text_of(found.get(MANIFEST)),
            paths={k: (*where, k) for k in (ASSET, DIGEST, MANIFEST) if k in found},
        )


def _models(
    value: Mapping[str, Any],
    group: str,
    kind: str,
    pods: Sequence[tuple[Steps, Mapping[str, Any]]],
    signs: Signs,
) -> tuple[ModelUse, ...]:
    resource = next((r for r in signs.resources if r.group == group and r.kind == kind), None)
    uses = [] if resource is None else list(_named_by(value, resource))
    uses += [] if resource is None else _told_to(value, resource, signs)
    for path, pod in pods:
        uses += _pod_uses(pod, path, signs)
    if not uses and resource is not None:
        uses.append(ModelUse("", f"its kind `{kind}`", ("kind",)))
    known: dict[tuple[str, str], ModelUse] = {}
    for use in uses:
        known.setdefault((use.address, use.uri if use.partial else "" if use.uri else use.container), use)
    return tuple(known.values())


def _named_by(value: Mapping[str, Any], resource: Resource) -> Iterator[ModelUse]:
    for patterns, scheme, partial in (
        (resource.uris, "", False),
        (resource.paths, "", True),
        (resource.images, "oci://", False),
    ):
        for pattern in patterns:
            for path, uri in matches(value, tuple(pattern.split(".")), ()):
                if text_of(uri):
                    yield ModelUse(f"{scheme}{text_of(uri)}", f"`{_shown(path)}`", path, partial=partial)


def _told_to(value: Mapping[str, Any], resource: Resource, signs: Signs) -> Iterator[ModelUse]:
    """The models that the resource's own runtimes are told to load."""
    for pattern in resource.runtimes:
        for path, runtime in matches(value, tuple(pattern.split(".")), ()):
            uses = container_uses(mapping_of(runtime), path, signs, whole_pod=True)
            yield from (use._replace(told_by=f"`{_shown(use.path)}`") for use in uses if use.uri)


def _pod_specs(value: Any, path: Steps, depth: int, found: list[tuple[Steps, Mapping[str, Any]]]) -> None:
    """Adds everything that lists containers, or holds one, wherever it stands."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if not _HOLDING.isdisjoint(value) and _holds_containers(value):
            found.append((path, value))
        for key, item in value.items():
            if type(item) in _CONTAINERS and key not in ("managedFields", "annotations"):
                _pod_specs(item, (*path, key), depth + 1, found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if type(item) in _CONTAINERS:
                _pod_specs(item, (*path, index), depth + 1, found)


def _holds_containers(value: Mapping[str, Any]) -> bool:
    return any(mappings_of(value.get(key)) for key in _LISTS) or any(_sole_containers(value))


def _pod_uses(pod: Mapping[str, Any], path: Steps, signs: Signs) -> list[ModelUse]:
    uses: list[ModelUse] = []
    for key in _LISTS:
        for index, container in mappings_of(pod.get(key)):
            uses += container_uses(container, (*path, key, index), signs, whole_pod=key == "initContainers")
    for key, container in _sole_containers(pod):
        uses += container_uses(container, (*path, key), signs, whole_pod=False)
    if uses:  # an image mounted as a volume is the model where something here runs one
        uses += [
            ModelUse(f"oci://{reference}", f"`{_shown(at)}`", at)
            for at, reference in matches(pod, ("volumes", "*", "image", "reference"), path)
            if text_of(reference)
        ]
    return uses


def _sole_containers(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is no list but one container: a template of Argo, a worker of Dynamo."""
    for key in _SOLE:
        container = mapping_of(value.get(key))
        if text_of(container.get("image")):
            yield key, container


def _step_to(value: Any, path: Steps) -> Any:
    for step in path:
        value = value[step]
    return value


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in text_of(value).split(",") if part.strip())


def _shown(path: Steps) -> str:
    from aims_policy.manifest.paths import path_text

    return path_text(path)

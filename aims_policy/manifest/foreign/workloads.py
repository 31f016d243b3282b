"""Which models a Kubernetes object runs: what it says itself, what a serving resource names, what containers load.

Pure functions over a parsed object. What tells a model is data (`workload_signs`) that an organization can add to.
A custom resource that nobody listed is still looked through for pod specs: whatever starts containers is seen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.manifest.foreign.shell_words import words_of
from aims_policy.manifest.foreign.workload_signs import DEFAULT

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
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_IMAGE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/\S+")
"""A registry's host and what is there."""
_PINNED = re.compile(r"oci://[^@\s]+@(sha256:[0-9a-f]{64})", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\(([\w.-]+)\)|\{(\w+)\}|(\w+))")
"""As Kubernetes writes it, and as shells do."""
_ROOM = 65_536
"""Characters that variables may add to the texts of a container: each may name those before it twice."""


class Claim(NamedTuple):
    """What an object's annotations say that it runs; ``paths`` leads to each annotation that is there."""

    assets: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    manifest: str = ""
    paths: Mapping[str, Steps] = {}


class ModelUse(NamedTuple):
    """One model that an object runs.

    ``uri`` is as written but for variables, "" where the object does not say; ``told_by`` says in words what gave it
    away, ``path`` where. ``container`` is the container that loads it, "" where it is loaded for the whole pod or
    object. ``partial`` is whether the ``uri`` is but a path in a store that other settings choose, and tells no
    artifact from others.
    """

    uri: str
    told_by: str
    path: Steps
    container: str = ""
    partial: bool = False

    @property
    def address(self) -> str:
        """The canonical URI by which the artifact is known; "" where the object leaves open which it is."""
        return "" if self.partial else canonical(self.uri)


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
    metadata = _mapping(value.get("metadata"))
    group = group_of(value)
    kind = _text(value.get("kind"))
    pods = _pods(value, signs)
    return Workload(
        group=group,
        kind=kind,
        name=_text(metadata.get("name")) or _text(metadata.get("generateName")),
        namespace=_text(metadata.get("namespace")),
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
    return _text(value.get("apiVersion")).rpartition("/")[0]


def canonical(uri: str) -> str:
    """One spelling for the ways in which the same artifact is written.

    >>> canonical("https://huggingface.co/acme/chat/"), canonical("acme/chat"), canonical("S3://Bucket/m/")
    ('hf://acme/chat', 'hf://acme/chat', 's3://Bucket/m')
    >>> canonical("registry.acme.example/ml/chat:3")
    'oci://registry.acme.example/ml/chat:3'
    """
    text = uri.strip().rstrip("/")
    for prefix in ("https://huggingface.co/", "huggingface://", "https://hf.co/"):
        if text.lower().startswith(prefix):
            return f"hf://{text[len(prefix) :]}"
    if _HUB_NAME.fullmatch(text):
        return f"hf://{text}"
    scheme, separator, rest = text.partition("://")
    if separator:
        return f"{scheme.lower()}{separator}{rest}"
    return f"oci://{text}" if _IMAGE.fullmatch(text) and text.count("/") > 1 else text


def pinned(uri: str) -> str:
    """The digest by which a URI names its content, "" for others: in other stores ``@`` is a character of a name.

    >>> pinned("oci://registry.acme.example/chat@sha256:" + "0" * 64)[:12], pinned("s3://b/m@sha256:" + "0" * 64)
    ('sha256:00000', '')
    """
    found = _PINNED.fullmatch(canonical(uri))
    return found[1].lower() if found else ""


def _pods(value: Mapping[str, Any], signs: Signs) -> list[tuple[Steps, Mapping[str, Any]]]:
    ignored = f"{_text(value.get('kind'))}.{group_of(value)}" in signs.ignored_kinds
    found: list[tuple[Steps, Mapping[str, Any]]] = []
    if not ignored:
        _pod_specs(value, (), 0, found)
    return found


def _claims(value: Mapping[str, Any], pods: Iterable[Steps]) -> Iterator[Claim]:
    """What is annotated to the object, and to each pod template, once where they say the same."""
    known = set[tuple[Any, ...]]()
    for path in ((), *(p[:-1] for p in pods)):
        annotations = _mapping(_mapping(_step_to(value, path)).get("metadata")).get("annotations")
        found = _mapping(annotations)
        said = tuple(_text(found.get(k)) if k in found else None for k in (ASSET, DIGEST, MANIFEST))
        if said == (None, None, None) or said in known:
            continue
        known.add(said)
        where = (*path, "metadata", "annotations")
        yield Claim(
            assets=_listed(found.get(ASSET)),
            digests=_listed(found.get(DIGEST)),
            manifest=_text(found.get(MANIFEST)),
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
            for path, uri in _matches(value, tuple(pattern.split(".")), ()):
                if _text(uri):
                    yield ModelUse(f"{scheme}{_text(uri)}", f"`{_shown(path)}`", path, partial=partial)


def _told_to(value: Mapping[str, Any], resource: Resource, signs: Signs) -> Iterator[ModelUse]:
    """The models that the resource's own runtimes are told to load."""
    for pattern in resource.runtimes:
        for path, runtime in _matches(value, tuple(pattern.split(".")), ()):
            uses = _container_uses(_mapping(runtime), path, signs, whole_pod=True)
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
    return any(_mappings(value.get(key)) for key in _LISTS) or any(_sole_containers(value))


def _pod_uses(pod: Mapping[str, Any], path: Steps, signs: Signs) -> list[ModelUse]:
    uses: list[ModelUse] = []
    for key in _LISTS:
        for index, container in _mappings(pod.get(key)):
            uses += _container_uses(container, (*path, key, index), signs, whole_pod=key == "initContainers")
    for key, container in _sole_containers(pod):
        uses += _container_uses(container, (*path, key), signs, whole_pod=False)
    if uses:  # an image mounted as a volume is the model where something here runs one
        uses += [
            ModelUse(f"oci://{reference}", f"`{_shown(at)}`", at)
            for at, reference in _matches(pod, ("volumes", "*", "image", "reference"), path)
            if _text(reference)
        ]
    return uses


def _sole_containers(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is no list but one container: a template of Argo, a worker of Dynamo."""
    for key in _SOLE:
        container = _mapping(value.get(key))
        if _text(container.get("image")):
            yield key, container


def _container_uses(
    container: Mapping[str, Any], path: Steps, signs: Signs, *, whole_pod: bool
) -> list[ModelUse]:
    """The models that a container names; one without a name where it only shows that it runs one."""
    name = _text(container.get("name"))
    served = _is_server(_text(container.get("image")), signs)
    variables = _Variables(container)
    words = list(_words(container, path, variables))
    found = [
        *_from_env(variables, path, signs),
        *_from_words(words, signs, served, given_first=not _text_list(container.get("command"))),
    ]
    shown = f"container `{name}`" if name else "a container"
    owner = "" if whole_pod else name
    named = [
        ModelUse(uri, f"`{sign}` of {shown}", at, owner) for uri, sign, at in found if not _is_local(uri)
    ]
    if named or not (found or served):
        return named
    if found:
        _, sign, at = found[0]
        return [ModelUse("", f"`{sign}` of {shown}", at, owner)]
    return [ModelUse("", f"the image of {shown}, a model server", (*path, "image"), owner)]


class _Variables:
    """The environment variables of a container, as far as they are written there. Kubernetes puts each into those
    after it, and into command and arguments; a shell does the same with what it runs.
    """

    def __init__(self, container: Mapping[str, Any]) -> None:
        self._known: dict[str, str] = {}
        self._room = _ROOM
        self.entries: list[tuple[int, Mapping[str, Any], str, str]] = []
        """Number, entry, name and value, those before it put in."""
        for index, entry in _mappings(container.get("env")):
            name, value = _text(entry.get("name")), self.put_into(_text(entry.get("value")))
            self.entries.append((index, entry, name, value))
            if value:
                self._known[name] = value

    def put_into(self, text: str) -> str:
        """The text with the variables that are known in it."""
        return _VARIABLE.sub(self._value, text) if "$" in text else text

    def _value(self, match: re.Match[str]) -> str:
        found = self._known.get(match[1] or match[2] or match[3], match[0])
        self._room -= len(found)
        return found if self._room >= 0 else match[0]


def _from_env(variables: _Variables, path: Steps, signs: Signs) -> Iterator[tuple[str, str, Steps]]:
    for index, entry, name, value in variables.entries:
        if name in signs.env and (value or "valueFrom" in entry):
            yield value, name, (*path, "env", index, "value" if value else "valueFrom")
        elif _is_model_uri(value, signs):
            yield value, name, (*path, "env", index, "value")


def _from_words(
    words: Sequence[tuple[str, Steps]], signs: Signs, served: bool, *, given_first: bool
) -> Iterator[tuple[str, str, Steps]]:
    """From the words of command and arguments: values of flags, what follows a verb, URIs.

    ``given_first`` is whether the first word is one that the image's own program is given.
    """
    texts = [word for word, _ in words]
    for index, (word, at) in enumerate(words):
        flag, equals, value = word.partition("=")
        following = words[index + 1] if index + 1 < len(words) else ("", at)
        if equals and _is_flag(flag, value, signs, served):
            yield value, flag, at
        elif not following[0].startswith("-") and _is_flag(word, following[0], signs, served):
            yield following[0], word, following[1]
        elif _is_model_uri(value if equals else word, signs):
            yield value if equals else word, "a URI", at
        elif verb := _verb_before(texts, index, signs):
            yield "" if word.startswith("-") else word, verb, at
    if served and given_first and words and _HUB_NAME.fullmatch(words[0][0]):
        yield words[0][0], "the first argument", words[0][1]


def _is_flag(word: str, value: str, signs: Signs, served: bool) -> bool:
    """Whether the word is a flag that names a model; llama.cpp's short one loads GGUF files, and is grep's, too."""
    return word in signs.flags and (word != "-hf" or served or "gguf" in value.lower())


def _verb_before(texts: Sequence[str], index: int, signs: Signs) -> str:
    for verb in signs.verbs:
        steps = verb.split()
        before = texts[max(0, index - len(steps)) : index]
        if len(before) == len(steps) and before[1:] == steps[1:] and before[0].rpartition("/")[2] == steps[0]:
            return verb
    return ""


def _words(container: Mapping[str, Any], path: Steps, variables: _Variables) -> Iterator[tuple[str, Steps]]:
    """Command, arguments, what runs at the start; a text with blanks is a shell's line and split as a shell would."""
    for steps in (("command",), ("args",), ("lifecycle", "postStart", "exec", "command")):
        told: Any = container
        for step in steps:
            told = _mapping(told).get(step)
        for index, written in _text_list(told):
            at = (*path, *steps, index)
            for word in words_of(variables.put_into(written)):
                yield word, at


def _is_local(uri: str) -> bool:
    """A path in the container, a shell's variable or nothing: it does not say which model it is."""
    return not uri or uri[0] in "/.$~" or uri.lower().startswith("file:")


def _is_model_uri(text: str, signs: Signs) -> bool:
    return _SCHEME.match(text) is not None and text.partition(":")[0].lower() in signs.schemes


def _is_server(image: str, signs: Signs) -> bool:
    name = image.partition("@")[0]
    name = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    if not name or (signs.ignored_images and _globs(signs.ignored_images).match(name)):
        return False
    return _globs(signs.images).match(name) is not None


@lru_cache(maxsize=32)
def _globs(patterns: tuple[str, ...]) -> re.Pattern[str]:
    from fnmatch import translate

    return re.compile("|".join(translate(p) for p in patterns))


def _matches(value: Any, pattern: tuple[str, ...], path: Steps) -> list[tuple[Steps, Any]]:
    """Every value that a pattern of steps leads to."""
    found: list[tuple[Steps, Any]] = []
    _match(value, pattern, path, found)
    return found


def _match(value: Any, pattern: tuple[str, ...], path: Steps, found: list[tuple[Steps, Any]]) -> None:
    if not pattern:
        found.append((path, value))
        return
    step, rest = pattern[0], pattern[1:]
    if step not in ("*", "**"):
        if isinstance(value, dict) and step in value:
            _match(value[step], rest, (*path, step), found)
        return
    if step == "**":
        _match(value, rest, path, found)
        rest = pattern
    if len(path) > _MAX_DEPTH:
        return
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    is_named = bool(rest) and rest[-1] != "**"  # so no text or number can be what is meant
    for key, item in children:
        if not is_named or isinstance(item, dict | list):
            _match(item, rest, (*path, key), found)


def _step_to(value: Any, path: Steps) -> Any:
    for step in path:
        value = value[step]
    return value


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in _text(value).split(",") if part.strip())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    return [(i, v) for i, v in enumerate(value) if isinstance(v, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _text_list(value: Any) -> list[tuple[int, str]]:
    return [(i, v) for i, v in enumerate(value) if isinstance(v, str)] if isinstance(value, list) else []


def _shown(path: Steps) -> str:
    from aims_policy.manifest.paths import path_text

    return path_text(path)

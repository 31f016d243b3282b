"""Which models a container of Kubernetes loads: by its variables, the words of its command, and its image."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.artifact_uris import HUB_NAME, canonical
from aims_policy.manifest.foreign.object_parts import mapping_of, mappings_of, text_of, texts_of
from aims_policy.manifest.foreign.shell_words import words_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aims_policy.manifest.foreign.workload_signs import Signs
    from aims_policy.manifest.paths import Steps

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\(([\w.-]+)\)|\{(\w+)\}|(\w+))")
"""As Kubernetes writes it, and as shells do."""
_ROOM = 65_536
"""Characters that variables may add to the texts of a container: each may name those before it twice."""


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


def container_uses(
    container: Mapping[str, Any], path: Steps, signs: Signs, *, whole_pod: bool
) -> list[ModelUse]:
    """The models that a container names; one without a name where it only shows that it runs one."""
    name = text_of(container.get("name"))
    served = _is_server(text_of(container.get("image")), signs)
    variables = _Variables(container)
    words = list(_words(container, path, variables))
    found = [
        *_from_env(variables, path, signs),
        *_from_words(words, signs, served, given_first=not texts_of(container.get("command"))),
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
        for index, entry in mappings_of(container.get("env")):
            name, value = text_of(entry.get("name")), self.put_into(text_of(entry.get("value")))
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
    if served and given_first and words and HUB_NAME.fullmatch(words[0][0]):
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
            told = mapping_of(told).get(step)
        for index, written in texts_of(told):
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

"""Foreign documents to manifests: recognised by content, converted by their format's own module, then normalised.

A module of ``formats/`` has `FORMATS` (the names of its formats), `TITLE` (what people call it), `VERSIONS` (those
that are read), `STRENGTH` (``declared`` by people or a ``tool``'s output), ``detect(document) -> str`` (the name of the
format, or "") and ``convert(document, format) -> list[Draft]``. It may have `YIELDS` (by format, the kinds of manifest
where not only Models), `KEYS` (names of which a mapping has one if it is of its formats, written as by `told_by`),
`HOLDS` (what a model or dataset is in such a file, told where there is none),
`EXTRA` (the pip extra that reading needs), ``inline(document) -> list[Steps]`` (where native manifests stand as text),
and ``nearly(document) -> str`` (what to tell the author of a file that is nearly one of its own).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.diagnostics import at, nearest
from aims_policy.later import Later
from aims_policy.manifest.foreign.cursor import names_in
from aims_policy.manifest.foreign.unread import note, unread
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.claims import believed
from aims_policy.manifest.native.repeats import repeats
from aims_policy.manifest.native.walk import Walk, fields
from aims_policy.source import SourceError
from aims_policy.source.strength import VERIFIED, graded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.foreign.unread import Unread
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.native.shape import Shape

_NO_NAMES = frozenset(
    """readme bom metadata croissant mlmodel kitfile model-settings meta metafile model-index bioimageio rdf
    dataset_card data_card dataset_info dataset_infos dataset-metadata""".split()  # noqa: SIM905 - a list of words
)
"""Files called after what they are, of whatever asset."""
_MOST_OFTEN = "hf_card"
"""The format that most files have; it is asked first."""


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of ``formats/``, by name."""
    return tuple(map(_module, _names()))


@cache
def _names() -> tuple[str, ...]:
    from pkgutil import iter_modules

    from aims_policy.manifest import formats

    names = (m.name for m in iter_modules(formats.__path__))
    return tuple(sorted(names, key=lambda name: (name != _MOST_OFTEN, name)))


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"aims_policy.manifest.formats.{name}")


@cache
def _keyed(name: str) -> tuple[ModuleType, frozenset[str] | None]:
    module = _module(name)
    return module, getattr(module, "KEYS", None)


def format_names() -> tuple[str, ...]:
    """Every format that can be read, the native one first."""
    return ("aims", *(name for module in modules() for name in module.FORMATS))


def read_foreign(
    document: Located, shapes: Mapping[str, Shape], module: ModuleType, name: str
) -> list[Manifest]:
    """The manifests in a document whose format `recognised` told. Raises SourceError `no-asset` where it holds none."""
    drafts: list[Draft] = module.convert(document, name)
    if not drafts:
        message = f"this {module.TITLE} describes no model and no dataset"
        _refuse(document, "no-asset", message, getattr(module, "HOLDS", ""))
    whole, used, ignored = drafts[0].document, [draft.used for draft in drafts], module.IGNORED
    left = Later(lambda: unread(whole, used, ignored))
    return [
        manifest_of(draft, shapes, name, left if i == 0 else None, module.STRENGTH)
        for i, draft in enumerate(drafts)
    ]


def inline_manifests(document: Located, module: ModuleType) -> list[Located]:
    """The native manifests that stand as text inside a foreign document. Raises SourceError where one is no YAML."""
    if "inline" not in vars(module):  # as hasattr, which is slow where there is none
        return []
    from aims_policy.source.document import Document
    from aims_policy.source.nested import Nested, Part, unfold

    if not isinstance(document, Document | Nested):
        return []
    return [Part(unfold(document, place), place) for place in module.inline(document)]


def recognised(document: Located, as_format: str | None = None) -> tuple[ModuleType, str]:
    """The module that reads a document, and the name of the format. Raises SourceError `unknown-format`."""
    if as_format is not None:
        for module in modules():
            if as_format in module.FORMATS:
                return module, as_format
        likely = nearest(as_format, format_names())
        hint = f"did you mean `{likely}`?" if likely else f"one of {', '.join(format_names())}"
        _refuse(document, "unknown-format", f"`{as_format}` is no manifest format", hint)
    found = detected(document)
    if found is not None:
        return found
    hint = (
        _near(document)
        or "a native manifest has `apiVersion: aims/v1`; `--as` names the format of another file"
    )
    message = f"this is no manifest that is recognised: {_seen(document.value)}"
    return _refuse(document, "unknown-format", message, hint)


def detected(document: Located) -> tuple[ModuleType, str] | None:
    """The module whose format a document has by its content, and the format's name."""
    # One look at the names in a mapping tells most modules that it is none of theirs. They are imported one by one: a
    # file that is recognised needs no more than those before its own.
    names = names_in(document.value)
    for module_name in _names():
        module, keys = _keyed(module_name)
        if names is not None and keys is not None and keys.isdisjoint(names):
            continue
        if name := module.detect(document):
            return module, name
    return None


def _near(document: Located) -> str:
    """What a module says to a file that is nearly one of its format."""
    hints = (module.nearly(document) for module in modules() if hasattr(module, "nearly"))
    return next(filter(None, hints), "")


def _seen(value: Any) -> str:
    if type(value) is dict:
        if value.keys() == {"front_matter", "body"}:  # as Markdown is read
            return "a Markdown text without a card's fields and headings"
        version, kind = value.get("apiVersion"), value.get("kind")
        if type(version) is str and type(kind) is str:
            return f"a `{kind[:60]}` of `{version[:60]}`"
        names = [f"`{k[:40]}`" for k in list(value)[:4] if k != "#ns"]  # the namespaces of XML
        return (
            f"a mapping with {', '.join(names)}" + (", …" if len(value) > 4 else "")
            if names
            else "an empty mapping"
        )
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(value), "a single value")


def manifest_of(
    draft: Draft,
    shapes: Mapping[str, Shape],
    name: str,
    left: Later[tuple[Unread, ...]] | None,
    strength: str,
) -> Manifest:
    """The manifest of a draft. Raises ValueError where it has fields that a manifest of its kind does not have."""
    walk, found = _walked(draft, shapes, proven=strength == VERIFIED)
    data, file = graded(found, strength), draft.document.file
    if walk.faults or "kind" in draft.tree:
        raise ValueError(f"the {name} reader wrote fields that do not exist: {walk.faults}")
    metadata = data.setdefault("metadata", {})
    is_named = "name" in metadata
    if not is_named:
        metadata["name"] = _stem(file)
        draft.origins.setdefault(("metadata", "name"), ())
    data["kind"] = draft.kind
    walk.gaps.update(draft.gaps)
    return Manifest(
        believed(draft.kind, data, walk.gaps),
        draft.document,
        walk,
        format=name,
        origins=draft.origins,
        notes=() if left is None else Later(lambda: note(file, left())),
        unread=() if left is None else left,
        strength=strength,
        is_named=is_named,
    )


def _walked(draft: Draft, shapes: Mapping[str, Shape], *, proven: bool) -> tuple[Walk, dict[str, Any]]:
    """The evidence in a draft; once more where texts in it stand for several things, without these."""
    record = shapes[draft.kind][2]
    walk = Walk(lenient=True, proven=proven)
    found = fields(walk, draft.tree, record, ())
    if void := repeats(walk.said, draft.origins):
        walk = Walk(lenient=True, proven=proven, void=void)
        found = fields(walk, draft.tree, record, ())
    return walk, found


def _stem(file: str) -> str:
    """A name from a file's: of ``credit/README.md`` and ``credit/configs/metadata.json`` that is ``credit``."""
    path = PurePath(file)
    stem, folder = path.stem.removesuffix(".cdx"), path.parent
    if stem.lower() not in _NO_NAMES:
        return stem or "unnamed"
    return (folder.parent if folder.name == "configs" else folder).name or stem


def _refuse(document: Located, code: str, message: str, hint: str = "") -> NoReturn:
    span = document.span(())
    span = span._replace(end_line=span.line, end_column=span.column + 1)
    raise SourceError((at(document, span, code, message, help=hint),))

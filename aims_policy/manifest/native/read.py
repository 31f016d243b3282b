"""A document in the native form to a manifest: its frame is checked, its sections walked against their kind's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.manifest.manifest import Manifest, native_source
from aims_policy.manifest.native.claims import believed
from aims_policy.manifest.native.frame import API_VERSION, AUTHORED, ENVELOPE
from aims_policy.manifest.native.repeats import repeats
from aims_policy.manifest.native.walk import NONE, Fault, Walk, fields
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.native.shape import Shape
    from aims_policy.source import Document


def read_native(
    document: Document | Located,
    shapes: Mapping[str, Shape],
    *,
    extensions: Mapping[str, str] | None = None,
    proven: bool = False,
) -> Manifest:
    """One document in the native form, without the evidence that it lists. Raises SourceError with all faults in it.

    What it says to be verified is no evidence of it, unless it stands for what was ``proven``, as in a rule's test.
    """
    value = document.value
    walk = Walk(proven=proven)
    kind = _envelope(value, document, shapes, walk)
    record = shapes[kind][2]
    data: dict[str, Any] = {}
    spec = value.get("spec")
    if type(spec) is dict:
        walk, data = _sections(walk, spec, kind, record)
        _check_extensions(walk, spec, data)
    elif spec is not None:
        walk.faults.append(Fault("wrong-type", (), "`spec` is not a mapping of sections"))
    metadata = walk.value(value.get("metadata") or {}, record["metadata"], (), "metadata")
    data["metadata"] = {} if metadata is NONE else metadata
    data["kind"] = kind
    _check_name(walk, data["metadata"])
    diagnostics = [_diagnostic(document, fault) for fault in walk.faults]
    if extensions and kind in extensions and type(spec) is dict and type(spec.get("extensions")) is dict:
        from aims_policy.manifest.native.extensions import violations

        reported = {fault.steps for fault in walk.faults}
        found = violations(extensions[kind], spec["extensions"], walk.gaps, reported)
        diagnostics += [_diagnostic(document, fault) for fault in found]
    if diagnostics:
        raise SourceError(tuple(diagnostics))
    return Manifest(believed(kind, data, walk.gaps), document, walk, format="aims")


def _sections(
    walk: Walk, spec: dict[str, Any], kind: str, record: Mapping[str, Shape]
) -> tuple[Walk, dict[str, Any]]:
    """The evidence in the sections, and the walk that found it: another one where a text stands for several things."""
    sections = {name: shape for name, shape in record.items() if name not in ("metadata", "kind")}
    before = list(walk.faults)
    data = fields(walk, spec, sections, (), kind)
    void = repeats(walk.said)
    if void:
        walk = Walk(proven=walk.proven, void=void)
        walk.faults += before
        data = fields(walk, spec, sections, (), kind)
    return walk, data


def _envelope(value: Any, document: Document | Located, shapes: Mapping[str, Shape], walk: Walk) -> str:
    """The kind. Faults of the frame go to the walk; without a kind nothing else can be judged."""
    if type(value) is not dict:
        _refuse(
            document,
            (),
            "wrong-type",
            "a manifest is a mapping with `apiVersion`, `kind`, `metadata` and `spec`",
        )
    version = value.get("apiVersion")
    found: list[Diagnostic] = []
    hint = f"write `apiVersion: {API_VERSION}`"
    if version is None:
        found.append(_at(document, (), "missing-field", "`apiVersion` is missing", hint))
    elif version != API_VERSION:
        found.append(
            _at(document, ("apiVersion",), "wrong-version", f"`apiVersion` is not `{API_VERSION}`", hint)
        )
    kind = value.get("kind")
    if type(kind) is not str or kind not in shapes:
        found.append(_kind_fault(document, kind, shapes))
    if found:
        raise SourceError(tuple(found))
    for name in value:
        if name not in ENVELOPE:
            walk.faults.append(_stray(name, shapes[str(kind)]))
    return str(kind)


def _kind_fault(document: Document | Located, kind: Any, shapes: Mapping[str, Shape]) -> Diagnostic:
    kinds = ", ".join(f"`{k}`" for k in shapes)
    if kind is None:
        return _at(document, (), "missing-field", "`kind` is missing", f"one of {kinds}")
    if kind in AUTHORED:
        message = f"`{kind}` is no manifest, and a manifest is expected here"
        hint = f"kinds of manifest are {kinds}; what policy authors write, `aims lint` checks"
        return _at(document, ("kind",), "unknown-kind", message, hint)
    likely = nearest(kind, [*shapes, *AUTHORED]) if type(kind) is str else None
    hint = f"did you mean `{likely}`?" if likely else f"one of {kinds}"
    shown = f"`{kind[:60]}`" if type(kind) is str else "this"
    return _at(document, ("kind",), "unknown-kind", f"{shown} is no kind of manifest", hint)


def _stray(name: str, shape: Shape) -> Fault:
    likely = nearest(name, ENVELOPE)
    hint = (
        f"did you mean `{likely}`?"
        if likely
        else "a manifest has `apiVersion`, `kind`, `metadata` and `spec`"
    )
    if name in shape[2]:
        hint = f"`{name}` belongs under `spec`"
    return Fault("unknown-field", ("", name), f"`{name}` is not a field of a manifest", hint, on_key=True)


def _check_extensions(walk: Walk, spec: dict[str, Any], data: dict[str, Any]) -> None:
    """A list is wrong even where nothing in it says anything, so that no evidence of it is left to look at."""
    if type(spec.get("extensions")) is list or type(data.get("extensions", {})) is not dict:
        walk.faults.append(Fault("wrong-type", ("extensions",), "`extensions` is not a mapping of fields"))


def _check_name(walk: Walk, metadata: dict[str, Any]) -> None:
    if "name" in metadata or any(
        f.steps[:2] == ("metadata", "name") or f.steps == ("metadata",) for f in walk.faults
    ):
        return
    reason = walk.gaps.get(("metadata", "name"))
    if reason:
        walk.faults.append(
            Fault("missing-field", ("metadata", "name"), f"`metadata.name` names nothing: {reason}")
        )
    else:
        hint = "other manifests refer to this asset by its name"
        walk.faults.append(
            Fault("missing-field", ("metadata",), "`metadata.name` is missing", hint, on_key=True)
        )


def _diagnostic(document: Document | Located, fault: Fault) -> Diagnostic:
    steps = fault.steps[1:] if fault.steps[:1] == ("",) else native_source(fault.steps)
    span = document.key_span(steps) if fault.on_key else document.span(steps)
    return at(document, span, fault.code, fault.message, help=fault.help)


def _at(
    document: Document | Located, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> Diagnostic:
    span = document.span(path)
    if not path:  # of a whole document the first line is enough
        span = span._replace(end_line=span.line, end_column=span.column + 1)
    return at(document, span, code, message, help=hint)


def _refuse(
    document: Document | Located, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> NoReturn:
    raise SourceError((_at(document, path, code, message, hint),))

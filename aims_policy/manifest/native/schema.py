"""JSON Schemas of the native manifests, for editors and for other tools.

``python -m aims_policy.manifest.native.schema [folder]`` writes them; a test fails where ``schemas/`` differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """File name to schema: one for each kind, and ``manifest.schema.json`` for any of them."""
    from aims_policy.manifest.models import KINDS

    one_each = {f"{kind.lower()}.schema.json": _schema(kind, model) for kind, model in KINDS.items()}
    return {**one_each, "manifest.schema.json": _any_of(list(KINDS))}


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one kind of manifest."""
    from aims_policy.manifest.models import KINDS

    return _schema(kind, KINDS[kind])


def text_of(schema: dict[str, Any]) -> str:
    """A schema as it is written to its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema into the folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        file = folder / name
        file.write_text(text_of(schema), encoding="utf-8")
        written.append(file)
    return written


def _schema(kind: str, model: Any) -> dict[str, Any]:
    generated = _tidy(model.model_json_schema(ref_template="#/$defs/{model}"))
    head = {
        "$schema": DIALECT,
        "$id": f"{kind.lower()}.schema.json",
        "title": f"{kind} manifest (aims/v1)",
        "description": generated.get("description", ""),
    }
    return {**head, **{k: v for k, v in generated.items() if k not in head}}


def _any_of(kinds: list[str]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": "manifest.schema.json",
        "title": "Manifest (aims/v1)",
        "description": "A native manifest of any kind; `kind` tells which.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": kinds, "description": "Kind of asset that the manifest describes"}},
        "oneOf": [{"$ref": f"{kind.lower()}.schema.json"} for kind in kinds],
    }


def _tidy(node: Any) -> Any:
    """Without generated titles and null defaults."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidied: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            tidied[key] = {name: _tidy(field) for name, field in value.items()}
        elif key == "$defs":
            tidied[key] = {name: _tidy(value[name]) for name in sorted(value)}
        elif key == "title" or (key == "default" and value is None):
            continue
        else:
            tidied[key] = _tidy(value)
    return _merged(tidied)


def _merged(node: dict[str, Any]) -> dict[str, Any]:
    """``anyOf: [X, null]`` of a plain type as ``type: [x, "null"]``, which editors explain better."""
    options = node.get("anyOf")
    if not options or options[1:] != [{"type": "null"}] or not isinstance(options[0].get("type"), str):
        return node
    inner = dict(options[0])
    inner["type"] = [inner["type"], "null"]
    if "enum" in inner:
        inner["enum"] = [*inner["enum"], None]
    outer = {k: v for k, v in node.items() if k != "anyOf"}
    return {**inner, **outer}


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER))

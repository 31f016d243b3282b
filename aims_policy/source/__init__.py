"""Text with positions: YAML and JSON in, plain values out, every value knows its line and column.

>>> [document] = read_bytes(b"spec:\\n  owner: Ada\\n", file="model.yaml")
>>> document.value
{'spec': {'owner': 'Ada'}}
>>> document.span(("spec", "owner"))
Span(line=2, column=10, end_line=2, end_column=13)
"""

from __future__ import annotations

from aims_policy.source.decoding import MAX_BYTES, decode
from aims_policy.source.document import Document, Path
from aims_policy.source.json_text import parse_json
from aims_policy.source.reading import read_bytes, read_file
from aims_policy.source.text import SourceError, SourceText, Span, digest_of
from aims_policy.source.yaml_text import parse_yaml

__all__ = [
    "read_file",
    "read_bytes",
    "parse_yaml",
    "parse_json",
    "decode",
    "digest_of",
    "Document",
    "Path",
    "Span",
    "SourceError",
    "SourceText",
    "MAX_BYTES",
]

"""What a first request would otherwise wait for: modules that are imported only where they are needed."""

from __future__ import annotations

from importlib import import_module

_DECIDING = ("aims_policy.decision.explain", "aims_policy.decision.disagreement")
_READING = (
    "aims_policy.manifest.markdown",
    "aims_policy.manifest.merge",
    "aims_policy.source.json_scan",
    "aims_policy.source.jsonl_text",
    "aims_policy.source.nested",
    "aims_policy.source.scalars",
    "aims_policy.source.xml_text",
    "xml.parsers.expat",
)


def warm() -> None:
    """Import what decisions and foreign formats need. Nothing is decided; the ledger is the writer's."""
    from aims_policy.language import builtins
    from aims_policy.manifest.foreign import format_names

    for name in (*_DECIDING, *_READING):
        import_module(name)
    for name in builtins.names():  # a compiled bundle that was stored brings none along
        builtins.get(name)
    format_names()  # each format's module is imported for it

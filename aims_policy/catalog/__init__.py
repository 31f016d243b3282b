"""What ISO/IEC 42001:2023 lists: the 38 controls, their objectives, Annex C, the clauses, and crosswalks.

Ids and short titles are the standard's; all else is written for this project, and the mappings that are
its own are labelled so (see `mapping_labels`). Everything is read on first use.

>>> from aims_policy.catalog import control, controls
>>> control("A.7.5").title
'Data provenance'
>>> list(controls())[:2], len(controls())
(['A.2.2', 'A.2.3'], 38)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.catalog.identifiers import natural_key

if TYPE_CHECKING:
    from aims_policy.catalog.entries import AnnexC, Clause, Control, Level, Objective, Record
    from aims_policy.catalog.lookup import UnknownControlError, control, is_control, nearest_control
    from aims_policy.catalog.misfilings import Misfiling, misfiled
    from aims_policy.catalog.reading import annex_c, clauses, controls, mapping_labels, objectives, oecd

# Where each name lives, imported when first asked for: a report sorts control ids and needs nothing else of this.
_HOMES = {
    **dict.fromkeys(("AnnexC", "Clause", "Control", "Level", "Objective", "Record"), "entries"),
    **dict.fromkeys(("UnknownControlError", "control", "is_control", "nearest_control"), "lookup"),
    **dict.fromkeys(("Misfiling", "misfiled"), "misfilings"),
    **dict.fromkeys(("annex_c", "clauses", "controls", "mapping_labels", "objectives", "oecd"), "reading"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "controls",
    "control",
    "is_control",
    "objectives",
    "clauses",
    "annex_c",
    "oecd",
    "mapping_labels",
    "nearest_control",
    "misfiled",
    "natural_key",
    "Control",
    "Objective",
    "Clause",
    "Record",
    "AnnexC",
    "Misfiling",
    "Level",
    "UnknownControlError",
]

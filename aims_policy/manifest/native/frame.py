"""The frame of a document, `apiVersion` and `kind`: whether it means to be a manifest, or what else of the engine's."""

from __future__ import annotations

from typing import Any

API_VERSION = "aims/v1"
ENVELOPE = ("apiVersion", "kind", "metadata", "spec")
AUTHORED = ("Policy", "PolicyTest", "RiskAppetite", "Waivers", "Workspace")
"""Kinds of what policy authors write, which is no manifest."""

_REPORT_KINDS = ("Decision", "DecisionReport", "Survey", "WatchReport", "WatchState")


def is_authored(value: Any) -> bool:
    """Whether a document is one of policy authors: a policy, its tests, an appetite, waivers or a workspace."""
    return isinstance(value, dict) and value.get("kind") in AUTHORED


def is_report(value: Any) -> bool:
    """Whether a document is one that this engine itself writes: it lies where it was written, and is no manifest."""
    if type(value) is not dict or value.get("apiVersion") != API_VERSION:
        return False
    kind = value.get("kind")
    return kind in _REPORT_KINDS or (type(kind) is str and kind.startswith("Ledger"))


def is_native(value: Any) -> bool:
    """Whether a document means to be a native manifest, right or wrong."""
    if type(value) is not dict:
        return False
    version = value.get("apiVersion")
    if type(version) is str and version.lower().startswith("aims"):
        return True
    # Of a manifest without apiVersion the rest of the frame tells.
    return version is None and type(value.get("kind")) is str and "metadata" in value and "spec" in value

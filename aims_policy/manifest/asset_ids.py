"""Ids of assets, as ``model/credit-scorer``: what graph, waivers, references, ledger and reports call them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = frozenset(["model", "dataset", "aisystem", "supplier", "organization"])
"""What an id can begin with."""


def asset_id(kind: str, name: str) -> str:
    """The id of an asset.

    >>> asset_id("AISystem", "loans")
    'aisystem/loans'
    """
    return f"{kind.lower()}/{name}"


def referred_id(text: str, kind: str) -> str:
    """The id of the asset that a reference names, ``kind`` being what it names where it does not say itself.

    ``acme/bert`` is a name with a slash: ``acme`` is no kind.

    >>> referred_id("Dataset/loans", "Model"), referred_id("acme/bert", "Model")
    ('dataset/loans', 'model/acme/bert')
    """
    prefix, slash, rest = text.strip().partition("/")
    if slash and rest and prefix.lower() in KINDS:
        return asset_id(prefix, rest)
    return asset_id(kind, text.strip())


def is_meant(asset: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is the id, ``*`` standing for any characters.

    >>> is_meant("model/credit-scorer", ["dataset/*", "model/credit-*"]), is_meant("model/x", ["model/?"])
    (True, False)
    """
    import re

    forms = (".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns)
    return any(re.fullmatch(form, asset, re.DOTALL) for form in forms)

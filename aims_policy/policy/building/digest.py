"""The digest of a bundle: over everything that can change a decision, and nothing that cannot (no path, no line)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy.policy import appetite as appetites
from aims_policy.policy import waivers as waiving
from aims_policy.policy.fingerprint import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aims_policy.policy.appetite import Appetite
    from aims_policy.policy.bundle import AssetOverride, Rule
    from aims_policy.policy.waivers import Waiver
    from aims_policy.source import Document


def digest_of(
    rules: Iterable[Rule],
    appetite: Appetite,
    waivers: Iterable[Waiver],
    extensions: Mapping[str, Document],
    keys: Iterable[tuple[str, tuple[str, ...]]],
    least_tiers: Iterable[tuple[tuple[str, ...], str]],
    overrides: Iterable[AssetOverride],
) -> str:
    """``sha256:`` and the digest.

    ``extensions`` are schemas by kind, ``keys`` files with the assets that each may sign, ``least_tiers`` assets with
    the tier that they are held to, ``overrides`` those for some assets only.
    """
    name, _file, tiers, _places, matrix, enforcement, waiver_days = appetites.to_plain(appetite)
    parts: list[Any] = [aims_policy.__version__, name, tiers, matrix, enforcement, waiver_days]
    parts += [_without_place(tuple(rule)) for rule in rules]
    parts += [_without_place(waiving.to_plain(waiver)) for waiver in waivers]
    parts += [(kind, schema.digest) for kind, schema in extensions.items()]
    parts += [(file_digest(file), assets) for file, assets in keys]
    parts += least_tiers
    parts += [_without_place(tuple(override)) for override in overrides]
    return f"sha256:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def _without_place(plain: tuple[Any, ...]) -> tuple[Any, ...]:
    """Rules, waivers and overrides end with the file and the line where they are written."""
    return plain[:-2]

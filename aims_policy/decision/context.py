"""What a manifest is decided in the light of: the organization's profile, and the assets it is built from."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


class UpstreamAsset(NamedTuple):
    """An asset that a manifest names as one it is built from, and what was decided of it.

    ``verdict`` is empty where the asset was not decided: a rule that reads it finds it missing.
    ``trail`` leads from this manifest to the asset whose own findings fail.
    """

    ref: str
    kind: str
    name: str
    relation: str
    verdict: str
    failing: tuple[str, ...]
    trail: tuple[str, ...]
    named_at: str  # path in the manifest where it is named; its position is looked up when a finding shows it
    version: str = ""  # of its manifest, and so are the others; empty where that does not say
    digest: str = ""
    tier: str = ""  # to whose limits it was held


class Context(NamedTuple):
    """The surroundings of one manifest. Immutable; its digest is part of the decision."""

    organization: Manifest | None = None
    upstream: tuple[UpstreamAsset, ...] = ()

    @property
    def digest(self) -> str:
        """Covers all that can change a decision: the profile, and what is known of each upstream asset."""
        if self.organization is None and not self.upstream:
            return ALONE_DIGEST
        return _digest(self.organization.digest if self.organization is not None else "-", self.upstream)


class Scene(NamedTuple):
    """Everything that the findings of one decision are made from."""

    manifest: Manifest
    bundle: Bundle
    context: Context
    names: dict[str, Any]  # what rules can name
    now: datetime  # UTC
    tier: str
    environment: str

    def enforce(self, severity: str) -> str:
        """What a finding of this severity that is not a pass does here."""
        return self.bundle.appetite.enforce(severity, self.environment)


ALONE_DIGEST = f"sha256:{hashlib.sha256(b'-').hexdigest()}"
ALONE = Context()
_NOTHING: dict[str, Any] = {"count": Decimal(0)}


def upstream_names(context: Context) -> dict[str, Any]:
    """``upstream`` as rules read it; without assets there are none to read, so that reading them is missing."""
    return _upstream(context.upstream) if context.upstream else _NOTHING


# Both take longer than a dozen rules, and a manifest is decided again for another environment or time with what it is
# built from unchanged.
@lru_cache(256)
def _upstream(upstream: tuple[UpstreamAsset, ...]) -> dict[str, Any]:
    return {"count": Decimal(len(upstream)), "assets": tuple(map(_asset, upstream))}


@lru_cache(256)
def _digest(organization: str, upstream: tuple[UpstreamAsset, ...]) -> str:
    parts = [organization]
    parts += [
        f"({ref!r}, {kind!r}, {name!r}, {relation!r}, {verdict!r}, {failing!r}, {trail!r}, {said!r})"
        for ref, kind, name, relation, verdict, failing, trail, _, *said in upstream
    ]
    return f"sha256:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _asset(asset: UpstreamAsset) -> dict[str, Any]:
    ref, kind, name, relation, verdict, failing, trail, _, version, digest, tier = asset
    fields: dict[str, Any] = {
        "ref": ref,
        "kind": kind,
        "name": name,
        "relation": relation,
        "path": " → ".join(trail),
    }
    given = {"verdict": verdict, "failing": failing, "version": version, "digest": digest, "tier": tier}
    fields.update({name: value for name, value in given.items() if value})
    return fields

"""Two looks at an inventory: which assets flipped, which findings came, went or changed, and what brought it about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.watching.snapshot import AssetState, FindingState, Snapshot

WEIGHT = {"": 0, "audit": 1, "warn": 2, "deny": 3}
"""What a finding does, from nothing to worst."""


class RuleChange(NamedTuple):
    """A rule whose finding on an asset is another than before; None where it passed or did not apply."""

    rule: str
    before: FindingState | None
    after: FindingState | None

    @property
    def worse(self) -> bool:
        """Whether it does more now than it did."""
        return _weight(self.after) > _weight(self.before)


class AssetChange(NamedTuple):
    """An asset that is another than before. A verdict is "" where the asset was not there, or is no longer."""

    asset: str
    before: str
    after: str
    causes: tuple[str, ...]  # of: manifest, bundle, context, engine, time
    rules: tuple[RuleChange, ...]  # worst first

    @property
    def fails_now(self) -> bool:
        """Whether it fails and did not fail before."""
        return self.after == "fail" and self.before != "fail"


class Changes(NamedTuple):
    """What is other than the last time. On a first look there is nothing to compare with: `since` is ""."""

    since: str
    now: Snapshot
    assets: tuple[AssetChange, ...]  # what fails now first, then by id
    unread_since: tuple[str, ...]  # files that could be read, or were not there, the last time
    read_again: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether anything fails, or cannot be read, that was well the last time."""
        return bool(self.unread_since) or any(a.fails_now for a in self.assets)

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.assets or self.unread_since or self.read_again)


def compare(before: Snapshot | None, now: Snapshot) -> Changes:
    """What flipped. Without a snapshot before, this look is the one that later ones are compared with."""
    if before is None:
        return Changes("", now, (), now.unread, ())
    changed = [
        change
        for asset in sorted({*before.assets, *now.assets})
        for change in _asset(asset, before, now)
        if change.before != change.after or change.rules
    ]
    return Changes(
        since=before.at,
        now=now,
        assets=tuple(sorted(changed, key=lambda c: (not c.fails_now, c.asset))),
        unread_since=tuple(f for f in now.unread if f not in before.unread),
        read_again=tuple(f for f in before.unread if f not in now.unread),
    )


def _asset(asset: str, before: Snapshot, now: Snapshot) -> Iterator[AssetChange]:
    old, new = before.assets.get(asset), now.assets.get(asset)
    if old is None or new is None:
        yield AssetChange(
            asset, old.verdict if old else "", new.verdict if new else "", (), _rules(None, new)
        )
        return
    yield AssetChange(asset, old.verdict, new.verdict, _causes(old, new, before, now), _rules(old, new))


def _causes(old: AssetState, new: AssetState, before: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """What a decision follows from, where it is other; where all of it is the same, only time has passed."""
    given = {
        "manifest": old.manifest_digest != new.manifest_digest,
        "bundle": before.bundle_digest != now.bundle_digest,
        "context": old.context_digest != new.context_digest,
        "engine": before.engine != now.engine,
    }
    return tuple(cause for cause, is_other in given.items() if is_other) or ("time",)


def _rules(old: AssetState | None, new: AssetState | None) -> tuple[RuleChange, ...]:
    """Changes of outcome, enforcement or waiver. Of an asset that has come: what does not pass. Of one gone: none."""
    if new is None:
        return ()
    was = old.findings if old is not None else {}
    found = [RuleChange(rule, was.get(rule), new.findings.get(rule)) for rule in {*was, *new.findings}]
    other = [c for c in found if _doing(c.before) != _doing(c.after)]
    return tuple(sorted(other, key=lambda c: (-_weight(c.after), _weight(c.before), c.rule)))


def _doing(state: FindingState | None) -> tuple[str, str, str]:
    return (state.outcome, state.enforcement, state.waiver) if state is not None else ("", "", "")


def _weight(state: FindingState | None) -> int:
    return WEIGHT[state.enforcement] if state is not None else 0

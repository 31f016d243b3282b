"""Laws of comparing two looks at an inventory, and of remembering one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aims_policy.watching.compare import compare
from aims_policy.watching.memory import recall, remember
from aims_policy.watching.snapshot import AssetState, FindingState, Snapshot

NAMES = st.sampled_from(["model/a", "model/b", "dataset/c", "dataset/d"])
RULES = st.sampled_from(["A.7.4/x", "A.7.5/y", "A.2.2/z"])
DIGESTS = st.sampled_from(["sha256:1", "sha256:2"])
FINDINGS = st.builds(
    FindingState,
    outcome=st.sampled_from(["fail", "missing", "error"]),
    enforcement=st.sampled_from(["deny", "warn", "audit"]),
    severity=st.just("high"),
    title=st.text(max_size=8),
    file=st.just("a.yaml"),
    line=st.integers(0, 9),
    waiver=st.sampled_from(["", "W-1"]),
)


def asset(digest: str, context: str, findings: dict[str, FindingState]) -> AssetState:
    denied = any(f.enforcement == "deny" for f in findings.values())
    return AssetState("fail" if denied else "pass", digest, context, findings)


ASSETS = st.builds(asset, DIGESTS, DIGESTS, st.dictionaries(RULES, FINDINGS, max_size=3))
SNAPSHOTS = st.builds(
    Snapshot,
    at=st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]),
    environment=st.just("production"),
    engine=st.just("1"),
    bundle_digest=DIGESTS,
    assets=st.dictionaries(NAMES, ASSETS),
    unread=st.lists(st.sampled_from(["x.yaml", "y.yaml"]), unique=True).map(tuple),
)


@given(SNAPSHOTS)
def test_nothing_flips_against_itself(look: Snapshot) -> None:
    changes = compare(look, look)
    assert changes.nothing
    assert not changes.worse


@given(SNAPSHOTS)
def test_a_first_look_is_not_worse_unless_something_cannot_be_read(look: Snapshot) -> None:
    changes = compare(None, look)
    assert changes.assets == ()
    assert changes.worse == bool(look.unread)


@given(SNAPSHOTS, SNAPSHOTS)
def test_every_flip_is_told_once_in_both_directions(before: Snapshot, now: Snapshot) -> None:
    there = {c.asset: (c.before, c.after) for c in compare(before, now).assets}
    back = {c.asset: (c.after, c.before) for c in compare(now, before).assets}
    assert there == back
    verdicts = {a: s.verdict for a, s in before.assets.items()}, {a: s.verdict for a, s in now.assets.items()}
    for name in verdicts[0].keys() | verdicts[1].keys():
        pair = verdicts[0].get(name, ""), verdicts[1].get(name, "")
        assert pair[0] == pair[1] or there[name] == pair


@given(SNAPSHOTS, SNAPSHOTS)
def test_it_is_worse_exactly_where_something_fails_or_is_unread_that_was_well(
    before: Snapshot, now: Snapshot
) -> None:
    failing = {a for a, s in now.assets.items() if s.verdict == "fail"}
    failed = {a for a, s in before.assets.items() if s.verdict == "fail"}
    assert compare(before, now).worse == bool(failing - failed or set(now.unread) - set(before.unread))


@given(look=SNAPSHOTS)
def test_what_is_remembered_is_recalled(look: Snapshot, tmp_path_factory: object) -> None:
    folder = tmp_path_factory.mktemp("state")  # type: ignore[attr-defined] # pytest exports no name for its type
    file = str(Path(folder) / "state.json")
    remember(file, look)
    assert recall(file) == look

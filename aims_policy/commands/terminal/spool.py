"""A sequence of which the first few items are in memory and the rest in a temporary file.

What is submitted may be ten thousand manifests, and what is decided of them as many decisions: neither has to
fit into memory, and both are needed more than once. The file has no name, so nobody else writes into it, and it
is gone when the process ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from aims_policy.decision.record import Decision, Finding

Item = TypeVar("Item")

IN_MEMORY = 100
"""Items that are kept as they are: most runs need no file."""


def _same(item: Any) -> Any:
    return item


class Spool(Sequence[Item]):
    """Items are added at the end. Each access to one that is in the file makes it anew.

    ``packed`` makes of an item what is written, ``unpacked`` the reverse of it.
    """

    def __init__(
        self, packed: Callable[[Item], Any] = _same, unpacked: Callable[[Any], Item] = _same
    ) -> None:
        self._packed = packed
        self._unpacked = unpacked
        self._kept: dict[int, Item] = {}
        self._offsets: list[int] = []
        """Where in the file each item stands; -1 for one that is in memory."""
        self._file: IO[bytes] | None = None

    def append(self, item: Item, *, keep: bool = False) -> None:
        """Add an item; with ``keep`` it stays in memory however many there are."""
        if keep or len(self._kept) < IN_MEMORY:
            self._kept[len(self._offsets)] = item
            self._offsets.append(-1)
        else:
            self._offsets.append(self._written(item))

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        offset = self._offsets[position]
        return self._kept[position] if offset < 0 else self._read(offset)

    def _written(self, item: Item) -> int:
        """Where in the file the item stands now."""
        import pickle

        if self._file is None:
            import tempfile
            import weakref

            self._file = tempfile.TemporaryFile(prefix="aims-")  # noqa: SIM115 - open as long as the spool is
            weakref.finalize(self, self._file.close)
        offset = self._file.seek(0, 2)
        pickle.dump(self._packed(item), self._file, pickle.HIGHEST_PROTOCOL)
        return offset

    def _read(self, offset: int) -> Item:
        import pickle

        assert self._file is not None  # noqa: S101 - there is no offset without it
        self._file.seek(offset)
        return self._unpacked(pickle.load(self._file))  # noqa: S301 - written by this process, see above


def decisions() -> Spool[Decision]:
    """For decisions: findings that many of them share are kept once, and not in the file."""
    shared: dict[int, Finding] = {}

    def packed(decision: Decision) -> Decision:
        findings: Any = tuple([_number(finding, shared) for finding in decision.findings])
        return decision._replace(findings=findings)

    def unpacked(decision: Decision) -> Decision:
        findings = [shared[f] if isinstance(f, int) else f for f in decision.findings]
        return decision._replace(findings=tuple(findings))

    return Spool(packed, unpacked)


def _number(finding: Finding, shared: dict[int, Finding]) -> Finding | int:
    """The number of a finding that says nothing of the one manifest, as a pass without evidence; others stay."""
    if finding.evidence or finding.outcome not in ("pass", "not_applicable"):
        return finding
    # By identity, which lasts: all of them are held.
    return id(shared.setdefault(id(finding), finding))

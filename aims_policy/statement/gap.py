"""A gap: one thing that is not shown, with what to do about it, where, and how many assets that would help."""

from __future__ import annotations

from aims_policy.catalog import natural_key
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.bundle import SEVERITIES as FROM_THE_LEAST

SEVERITIES = FROM_THE_LEAST[::-1]
"""The gravest first."""

STATES = ("error", "fail", "missing", "waived")
"""Of gaps, in the order in which they are told within a severity; waived ones stand after all others."""


class Answer(NamedTuple):
    """A place to write in. ``paths`` are fields of that file, and ``asset`` the one it describes, where it is one."""

    file: str
    line: int
    paths: tuple[str, ...] = ()
    asset: str = ""


class Gap(NamedTuple):
    """What is missing, fails, or is waived.

    ``kind`` is ``finding`` (of a rule), ``unasked`` (controls), ``unowned`` (controls or an asset), ``undescribed``
    (an asset), ``unread`` (a file), ``untreated`` (a risk), ``statement`` or ``document``; ``id`` is the rule's, the
    first control's, the asset's, the file's, the risk's or the document's. ``clause`` is the one of the standard's
    body that asks for it. ``assets`` are concerned themselves, ``helped`` also those that fail because they are
    built on these. ``until`` is when a waiver ends.
    """

    kind: str
    id: str
    title: str
    controls: tuple[str, ...]
    clause: str
    severity: str
    state: str
    do: str
    answers: tuple[Answer, ...] = ()
    assets: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    enforcement: str = ""
    waivers: tuple[str, ...] = ()
    until: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something now."""
        return self.state != "waived"


def order(gap: Gap) -> tuple[object, ...]:
    """A sort key: what is waived last; then by severity, and by how many assets and controls one answer helps."""
    controls = tuple(natural_key(control) for control in gap.controls)
    return (
        not gap.is_open,
        SEVERITIES.index(gap.severity),
        -len(gap.helped),
        -len(gap.controls),
        controls,
        natural_key(gap.clause),
        STATES.index(gap.state),
        gap.id,
    )

"""References between assets that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.graph.order import Asset


def dangling(assets: Sequence[Asset]) -> Iterator[Diagnostic]:
    """A warning for each reference that none of the assets answers to, with the name that was meant."""
    known = {asset.id: None for asset in assets}  # in order, for the same guess every time
    guesses: dict[str, str | None] = {}
    for asset in assets:
        for ref in asset.references:
            if ref.target_id in known:
                continue
            if ref.target_id not in guesses:
                guesses[ref.target_id] = nearest(ref.target_id, known)
            guess = guesses[ref.target_id]
            yield Diagnostic(
                "dangling-reference",
                f"`{ref.path}` of `{asset.id}` names `{ref.target_id}`, and no manifest describes it",
                ref.file or asset.file,
                ref.line,
                ref.column,
                severity="warning",
                help=f"did you mean `{guess}`?" if guess else "add its manifest to the inventory",
            )

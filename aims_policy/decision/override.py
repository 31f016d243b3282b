"""What the workspace says of a rule for some assets only: the finding stays, and does what the organization decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.asset_ids import is_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from aims_policy.decision.record import Finding
    from aims_policy.policy.bundle import AssetOverride

_MOST_NAMES = 4
"""Of the rules that one entry names; the findings show them all."""


def overridden(
    findings: Iterable[Finding],
    overrides: Sequence[AssetOverride],
    *,
    asset: str,
    enforce: Callable[[str], str],
) -> tuple[tuple[Finding, ...], tuple[Diagnostic, ...]]:
    """The findings on an asset (``model/sorter``) with the severities that the workspace gives them, each with a note.

    ``enforce`` tells what a severity does. A rule that is excluded for the asset is still run, and does no more than
    ``audit``: outcome and evidence stay for everybody to see. Of two overrides of one rule the first counts.
    """
    meant = {o.rule: o for o in reversed(overrides) if is_meant(asset, o.assets)}
    if not meant:
        return tuple(findings), ()
    result = [_softened(f, meant[f.rule], enforce) if f.rule in meant else f for f in findings]
    met = [meant[f.rule] for f in result if f.rule in meant]
    return tuple(result), tuple(_notes(met, asset))


def _softened(finding: Finding, override: AssetOverride, enforce: Callable[[str], str]) -> Finding:
    if not override.severity:
        return finding._replace(enforcement="audit") if finding.enforcement else finding
    enforcement = enforce(override.severity) if finding.enforcement else ""
    return finding._replace(severity=override.severity, enforcement=enforcement)


def _notes(met: Iterable[AssetOverride], asset: str) -> Iterator[Diagnostic]:
    """One for each entry of the workspace, whatever the number of rules that it names."""
    entries: dict[tuple[str, int], list[AssetOverride]] = {}
    for override in met:
        entries.setdefault((override.file, override.line), []).append(override)
    for (file, line), same in entries.items():
        first = same[0]
        names = ", ".join(f"`{override.rule}`" for override in same[:_MOST_NAMES])
        names += f" and {len(same) - _MOST_NAMES} more" if len(same) > _MOST_NAMES else ""
        does = f"severity {first.severity}" if first.severity else "excluded"
        if len(same) == 1:
            what = f"rule {names} {'has' if first.severity else 'is'} {does} for `{asset}`"
        else:
            what = f"{len(same)} rules {'have' if first.severity else 'are'} {does} for `{asset}` ({names})"
        yield Diagnostic("override", f"{what}: {first.justification}", file, line, 1, severity="note")

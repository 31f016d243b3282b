"""What is not covered: controls without a rule, rules without an asset, assets without an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.catalog import natural_key
from aims_policy.graph.text import block, counted, item_lines
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from aims_policy.graph.network import Graph

TAKES_ASSET = False

_HEADINGS = {
    "controls_without_rule": "Controls that no rule implements",
    "controls_without_asset": "Controls with rules that govern no asset here",
    "controls_without_role": "Controls that no role answers for",
    "rules_without_asset": "Rules that apply to no asset here",
    "assets_without_rule": "Assets that no rule applies to",
    "assets_without_owner": "Assets without an owner",
    "assets_without_manifest": "Assets that are referred to and not described",
    "assets_without_decision": "Assets that were not decided",
}


class Coverage(NamedTuple):
    """The answer: how many there are, and the ids of those that something lacks.

    ``controls_without_role`` is empty where no role is known at all, ``assets_without_decision`` where the
    query was not told which were decided.
    """

    controls: int
    rules: int
    assets: int
    controls_without_rule: tuple[str, ...]
    controls_without_asset: tuple[str, ...]
    controls_without_role: tuple[str, ...]
    rules_without_asset: tuple[str, ...]
    assets_without_rule: tuple[str, ...]
    assets_without_owner: tuple[str, ...]
    assets_without_manifest: tuple[str, ...]
    assets_without_decision: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        fields = self._asdict().items()
        return {"query": "coverage"} | {k: list(v) if isinstance(v, tuple) else v for k, v in fields}

    def to_text(self, width: int = 100) -> str:
        """Plain text."""
        counts = ((self.controls, "control"), (self.rules, "rule"), (self.assets, "asset"))
        lines = item_lines(", ".join(counted(*count) for count in counts), width, indent="")
        gaps: list[str] = []
        for field, heading in _HEADINGS.items():
            ids = getattr(self, field)
            gaps += block(f"{heading}: {len(ids)}", ids, width)
        return "\n".join([*lines, *(gaps or ["", "Nothing is left out."])])


def run(graph: Graph, *, decided: Collection[str] | None = None) -> Coverage:
    """What is not covered; ``decided`` are the ids of the assets with a decision, where that is known."""
    controls = [c.partition("/")[2] for c in graph.of_type("control")]
    rules = [r.partition("/")[2] for r in graph.of_type("rule")]
    described = [a for a in graph.assets() if graph.node(a)["described"]]
    ruled, answered = _targets(graph, "implements"), _targets(graph, "answers_for")
    governing = _starts(graph, "governs")
    kinds = {graph.node(a)["kind"] for a in described}
    unowned = [a for a in described if not any(i.relation == "owns" for i in graph.involved(a))]
    idle = [r for r in rules if not kinds.intersection(graph.node(f"rule/{r}")["applies_to"])]
    return Coverage(
        controls=len(controls),
        rules=len(rules),
        assets=len(graph.assets()),
        controls_without_rule=_natural(c for c in controls if f"control/{c}" not in ruled),
        controls_without_asset=_natural(c for c in controls if f"control/{c}" in ruled - governing),
        controls_without_role=_natural(c for c in controls if answered and f"control/{c}" not in answered),
        rules_without_asset=_natural(idle),
        assets_without_rule=tuple(a for a in described if not graph.governed_by(a)),
        assets_without_owner=tuple(unowned),
        assets_without_manifest=tuple(a for a in graph.assets() if not graph.node(a)["described"]),
        assets_without_decision=tuple(a for a in described if decided is not None and a not in decided),
    )


def _targets(graph: Graph, relation: str) -> set[str]:
    return {end for _, end, key in graph.network.edges(keys=True) if key == relation}


def _starts(graph: Graph, relation: str) -> set[str]:
    return {start for start, _, key in graph.network.edges(keys=True) if key == relation}


def _natural(ids: Any) -> tuple[str, ...]:
    return tuple(sorted(ids, key=natural_key))

"""What is timed: manifests of the credit-scoring example, as JSON, with the bundle that decides them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.decision.context import Context, UpstreamAsset, upstream_names
from aims_policy.decision.evaluate import evaluate
from aims_policy.graph.order import BUILT_FROM
from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.paths import steps_of
from aims_policy.manifest.read import read, read_data
from aims_policy.policy.load import load_bundle
from aims_policy.source import read_file
from aims_policy.source.strength import VERIFIED

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "credit-scoring" / "inventory"
MODEL = EXAMPLE / "models" / "affordability-scorer.yaml"
THIRTY_RULES = Path(__file__).with_name("thirty_rules.yaml")
AT = datetime(2026, 6, 15, tzinfo=timezone.utc)
ENVIRONMENT = "production"


class Case(NamedTuple):
    """A manifest, the JSON text it was read from, and the surroundings it is decided in."""

    name: str
    text: str
    manifest: Manifest
    context: Context

    def decide(self, bundle: Bundle) -> Decision:
        """The decision on it."""
        return evaluate(self.manifest, bundle, environment=ENVIRONMENT, at=AT, context=self.context)

    def explain(self, bundle: Bundle) -> int:
        """Decide it and explain every finding, as a report does; gives the number of values and gaps found."""
        return sum(len(f.evidence) + len(f.missing) for f in self.decide(bundle).findings)

    def read_and_explain(self, bundle: Bundle) -> int:
        """The same on a manifest that was not read before: no position in it is known yet."""
        return self._replace(manifest=submitted(self.text, bundle)).explain(bundle)

    def names(self, bundle: Bundle) -> dict[str, Any]:
        """What rules read, as `evaluate` gives it to them."""
        tier = self.manifest.data.get("risk", {}).get("tier", bundle.appetite.strictest())
        names = {
            **self.manifest.data,
            "appetite": bundle.appetite.resolve(tier, ENVIRONMENT),
            "upstream": upstream_names(self.context),
        }
        if self.context.organization is not None:
            names["organization"] = self.context.organization.data
        return names


def shipped_pack() -> Bundle:
    """The whole shipped pack, compiled here and now. Raises PolicyError."""
    return load_bundle(policies=[ROOT / "policies" / "iso42001"], cache=False)


def thirty_rules() -> Bundle:
    """The rules that are also written by hand. Raises PolicyError."""
    return load_bundle(policies=[THIRTY_RULES], cache=False)


def cases(bundle: Bundle) -> list[Case]:
    """From all is shown to nothing is: the example, with one value changed, with half taken out, as a draft."""
    complete = model_value()
    return [
        case("complete", complete, bundle),
        case("one value beyond its limit", _with_one_failure(complete), bundle),
        case("half of the sections not given", without_half(complete), bundle),
        case("all placeholders", _as_draft(complete), bundle),
    ]


def model_value() -> dict[str, Any]:
    """The example's model as plain JSON data, with the one figure that the example has waived."""
    value: dict[str, Any] = json.loads(json.dumps(read_file(MODEL)[0].value, default=float))
    value["spec"]["compute"].setdefault("inference_energy_kwh", 0.004)
    value["spec"]["evidence"] = [e for e in value["spec"]["evidence"] if not e["file"].endswith(".sig")]
    return value


def case(name: str, value: dict[str, Any], bundle: Bundle) -> Case:
    """A case from JSON data. All that it is built from is taken to have passed."""
    text = json.dumps(value, indent=2)
    manifest = submitted(text, bundle)
    return Case(name, text, manifest, Context(_organization(bundle), _upstream(manifest)))


def alone(value: dict[str, Any]) -> dict[str, Any]:
    """The manifest without the reports that it lists, as it comes over a wire."""
    return {**value, "spec": {name: part for name, part in value["spec"].items() if name != "evidence"}}


def submitted(text: str, bundle: Bundle) -> Manifest:
    """The manifest of a JSON text that lies beside the example's, with the reports that it lists, if any.

    Its signature was verified before: what cryptography takes is nobody's figure here.
    """
    folder, root = str(MODEL.parent), str(EXAMPLE.parent)
    [manifest] = read_data(text.encode(), "model.json", bundle.shapes, folder=folder, root=root)
    return merged(manifest, [_proof()]) if manifest.sources else manifest


@lru_cache(1)
def _proof() -> Manifest:
    """That the signature of the example's model holds."""
    bundle = load_bundle(workspace=EXAMPLE.parent)
    [manifest] = read(str(MODEL), bundle.shapes, root=str(EXAMPLE.parent), keys=bundle.keys)
    return next(part for part in manifest.parts if part.strength == VERIFIED)  # type: ignore[attr-defined]


def _with_one_failure(value: dict[str, Any]) -> dict[str, Any]:
    robustness = value["spec"]["robustness"]
    first, *rest = robustness["tests"]
    tests = [{**first, "successes": 1200, "success_rate": 0.6}, *rest]
    return {**value, "spec": {**value["spec"], "robustness": {**robustness, "tests": tests}}}


def in_other_words(case: Case, number: int, bundle: Bundle) -> Case:
    """The same with a word more in every sentence, another for each number, so that no text of it was met before."""

    def varied(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item if key in _SAID_ELSEWHERE else varied(item) for key, item in value.items()}
        if isinstance(value, list):
            return [varied(item) for item in value]
        return f"{value} v{number}" if isinstance(value, str) and value.count(" ") > 2 else value

    text = json.dumps(varied(json.loads(case.text)), indent=2)
    return case._replace(name=f"{case.name}, in other words", text=text, manifest=submitted(text, bundle))


_SAID_ELSEWHERE = frozenset({"evidence", "groups", "measurements"})
"""What the reports say, too, and in the same words."""


def without_half(value: dict[str, Any]) -> dict[str, Any]:
    """The manifest with every other section left out."""
    kept = {name: section for i, (name, section) in enumerate(value["spec"].items()) if i % 2}
    return {**value, "spec": kept}


def _as_draft(value: dict[str, Any]) -> dict[str, Any]:
    # A report is either listed by its name or not at all.
    return {**value, "spec": _placeholders(alone(value)["spec"])}


def _placeholders(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _placeholders(item) for key, item in value.items()}
    return [_placeholders(item) for item in value] if isinstance(value, list) else "TODO"


def _organization(bundle: Bundle) -> Manifest | None:
    """The example's organization, where it has one."""
    found = sorted(
        f for f in EXAMPLE.parent.rglob("*.yaml") if "\nkind: Organization" in f.read_text("utf-8")
    )
    return read(found[0], bundle.shapes)[0] if found else None


def _upstream(manifest: Manifest) -> tuple[UpstreamAsset, ...]:
    """What it is built from, held to its tier, each in the version and with the digest that it names somewhere."""
    own = f"{manifest.kind.lower()}/{manifest.name}"
    references = [r for r in manifest.references() if r.relation in BUILT_FROM]
    named: dict[str, dict[str, Any]] = {}
    for reference in references:
        entry = _at(manifest, reference.path.rpartition(".")[0])
        known = {name: entry[name] for name in ("version", "digest") if "ref" in entry and name in entry}
        named.setdefault(reference.ref_id, {}).update(known)
    return tuple(
        UpstreamAsset(
            ref=reference.ref_id,
            kind=reference.kind,
            name=reference.ref_id.partition("/")[2],
            relation=reference.relation,
            verdict="pass",
            failing=(),
            trail=(own, reference.ref_id),
            named_at=reference.path,
            tier=manifest.data["risk"]["tier"],
            **named[reference.ref_id],
        )
        for reference in {(r.ref_id, r.relation): r for r in references}.values()
    )


def _at(manifest: Manifest, path: str) -> dict[str, Any]:
    """The record of a manifest at a path (``training_data.datasets[0]``)."""
    value: Any = manifest.data
    for step in steps_of(path):
        value = value[step]
    return value  # type: ignore[no-any-return] # what names an asset stands in a record

"""The engine from Python: what the command line and every other caller use too."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from aims_policy.decision.decide import decide
from aims_policy.decision.record import Decision
from aims_policy.policy.load import load_bundle

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


class ShownDecision(Decision):
    """A decision that shows itself in a notebook."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from aims_policy import catalog
        from aims_policy.reports import View
        from aims_policy.reports.html_report import fragment

        return fragment(
            self, View(titles={id_: control.title for id_, control in catalog.controls().items()})
        )


def evaluate(
    source: str | os.PathLike[str] | Manifest,
    *,
    bundle: Bundle | None = None,
    environment: str = "production",
    at: datetime | None = None,
    evidence: Iterable[str | os.PathLike[str] | Manifest] = (),
) -> ShownDecision:
    """Decide one manifest, given as a file or already read, in the light of the bundle's inventory.

    ``evidence`` are more documents on the same asset: test reports, cards, BOMs. Where they and the manifest give
    different values, the worse outcome counts.
    ``bundle`` is by default that of the nearest workspace, else the shipped pack; ``at`` is by default now.
    Raises SourceError where the manifest or the inventory cannot be read, or the file holds several
    manifests; PolicyError where a bundle has to be loaded and is wrong.
    """
    loaded = bundle if bundle is not None else load_bundle()
    manifest = _with_evidence(_read_one(source, loaded), evidence, loaded)
    [(_, decision)] = decide(
        [manifest],
        loaded,
        environment=environment,
        at=at if at is not None else datetime.now(timezone.utc),
        inventory=read_inventory(loaded),
    )
    return ShownDecision(*decision)


def read_inventory(bundle: Bundle) -> list[Manifest]:
    """The manifests of the bundle's workspace. Raises SourceError with every diagnostic of every file."""
    from aims_policy.policy.manifests import read_with
    from aims_policy.source import SourceError

    manifests: list[Manifest] = []
    problems: list[Diagnostic] = []
    for file in bundle.inventory:
        try:
            manifests += read_with(bundle, file)
        except SourceError as error:
            problems += error.diagnostics
    if problems:
        raise SourceError(tuple(problems))
    if any(manifest.sources for manifest in manifests):
        from aims_policy.manifest.evidence.files import standalone

        return standalone(manifests)
    return manifests


def _with_evidence(
    manifest: Manifest, evidence: Iterable[str | os.PathLike[str] | Manifest], bundle: Bundle
) -> Manifest:
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.manifest.read import read

    for given in evidence:
        from aims_policy.manifest.evidence.files import attach

        pieces = (
            [given]
            if isinstance(given, Manifest)
            else read(given, bundle.shapes, extensions=bundle.extensions)
        )
        [manifest] = attach([manifest], pieces)
    return manifest


def _read_one(source: str | os.PathLike[str] | Manifest, bundle: Bundle) -> Manifest:
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.manifests import read_with
    from aims_policy.source import SourceError

    if isinstance(source, Manifest):
        return source
    manifests = read_with(bundle, source)
    if len(manifests) != 1:
        message = f"the file holds {len(manifests)} manifests, and one is decided at a time"
        raise SourceError(
            (
                Diagnostic(
                    "several-manifests",
                    message,
                    str(source),
                    help="use `aims_policy.decision.decide` for several",
                ),
            )
        )
    return manifests[0]


__all__ = ["evaluate", "load_bundle", "read_inventory"]

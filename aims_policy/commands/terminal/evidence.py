"""Evidence besides the manifests: files that are handed over, and a signature that is verified here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.spool import Spool
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.commands.terminal.gather import Gathered
    from aims_policy.manifest.evidence.beside import Trusted
    from aims_policy.manifest.evidence.files import Given
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


class Besides(NamedTuple):
    """What the options ask for."""

    evidence: tuple[str, ...]
    signature: str | None
    artifact: str | None
    keys: tuple[str, ...]


def options() -> choices.Decorator:
    """``--evidence``, ``--signature``, ``--artifact`` and ``--public-key``, as one argument ``besides``."""
    return choices.as_one(
        "besides",
        Besides,
        click.option(
            "--evidence",
            multiple=True,
            metavar="[ASSET=]FILE",
            help="More evidence on a manifest's asset: a test report, a card, a BOM. Repeatable. "
            "ASSET, as model/name, where the file does not tell.",
        ),
        click.option(
            "--signature",
            metavar="[ASSET=]FILE",
            help="Signature of the artifact (Sigstore bundle of model-signing), to be verified.",
        ),
        click.option("--artifact", type=click.Path(exists=True), help="File or folder that is signed."),
        click.option(
            "--public-key",
            "keys",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False),
            help="Trusted public key or certificate, PEM. Repeatable; besides those of the workspace.",
        ),
    )


def add(found: Gathered, besides: Besides, bundle: Bundle, at: datetime) -> Gathered:
    """With the evidence of more files. Where one of them cannot be used, that is a problem and nothing is decided.

    Deciding without a file that somebody hands over would hide what is in it.
    """
    _check(besides, bundle)
    if not besides.evidence and besides.signature is None:
        return found
    from aims_policy.manifest.evidence.files import attach_files

    files = [_given(text, found.manifests) for text in besides.evidence]
    try:
        manifests = attach_files(found.manifests, files, bundle.shapes, extensions=bundle.extensions)
        if besides.signature is not None and besides.artifact is not None:
            given = _given(besides.signature, manifests)
            manifests = _signed(manifests, given, besides.artifact, (*besides.keys, *bundle.keys), bundle, at)
    except SourceError as error:
        return found._replace(manifests=Spool(), ids=[], problems=[*found.problems, *error.diagnostics])
    spool: Spool[Manifest] = Spool()
    for manifest in manifests:
        spool.append(manifest)
    return found._replace(manifests=spool)


def _check(besides: Besides, bundle: Bundle) -> None:
    if (besides.signature is None) is not (besides.artifact is None):
        raise click.UsageError("--signature and --artifact go together: what was signed, and its signature.")
    if besides.signature is None and besides.keys:
        raise click.UsageError("--public-key is for verifying a --signature.")
    if besides.signature is not None and not (besides.keys or bundle.keys):
        raise click.UsageError(
            "A signature is verified against keys that are trusted: name one with --public-key, or list them "
            "under `signing.keys` in the workspace."
        )


def _signed(
    manifests: Sequence[Manifest],
    given: Given,
    artifact: str,
    keys: Sequence[Trusted],
    bundle: Bundle,
    at: datetime,
) -> list[Manifest]:
    from aims_policy.manifest.evidence.beside import signing
    from aims_policy.manifest.evidence.files import attach
    from aims_policy.manifest.evidence.signature import KINDS, Signed, verified

    signable = [m for m in manifests if m.kind in KINDS]
    asset = given.asset or (asset_id(signable[0].kind, signable[0].name) if len(signable) == 1 else "")
    kind = next((m.kind for m in signable if asset_id(m.kind, m.name) == asset), None)
    if kind is None:
        raise click.UsageError(f"Say which asset is signed: --signature model/NAME={given.file}")
    may, others = signing(keys, asset)
    if not may:
        raise click.UsageError(f"None of the {len(others)} trusted keys may sign {asset}.")
    proof = verified(Signed(given.file, artifact), may, bundle.shapes, kind=kind, at=at)
    return attach(manifests, [proof], asset)


def _given(text: str, manifests: Sequence[Manifest]) -> Given:
    """``model/scorer=report.json``; what is before a ``=`` is an asset only if it is one that is decided."""
    from aims_policy.manifest.evidence.files import Given

    asset, sign, file = text.partition("=")
    known = any(asset == asset_id(m.kind, m.name) for m in manifests)
    return Given(file, asset) if sign and (known or not os.path.exists(text)) else Given(text)  # noqa: PTH110 - hot

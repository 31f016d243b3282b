"""Manifests as a bundle reads them: its kinds and fields, evidence from its workspace, signatures by its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle
    from aims_policy.source import Document


def read_with(
    bundle: Bundle,
    source: str | os.PathLike[str] | Iterable[Document],
    *,
    as_format: str | None = None,
    shown_as: str | None = None,
    folder: str | None = None,
) -> list[Manifest]:
    """The manifests of a file, or of documents that were read already from one in ``folder``; see `manifest.read`.

    The one way for all who read manifests of a workspace, so that none of them leaves out what it says of reading.
    Raises SourceError.
    """
    from aims_policy.manifest.read import read

    return read(
        source,
        bundle.shapes,
        extensions=bundle.extensions,
        as_format=as_format,
        shown_as=shown_as,
        folder=folder,
        root=bundle.root,
        keys=bundle.keys,
    )

"""Who an asset is: the part every manifest has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aims_policy.manifest.models.vocabulary import Labels, Owner, Section, Text, about


class Metadata(Section):
    """Identity of an asset. ``name`` is how other manifests refer to it."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="Unique among assets of this kind")]
    version: Text | None = about("Version of the asset that this manifest describes")
    title: Text | None = about("Name for people")
    description: Text | None = about("What the asset is, in a sentence or two")
    owner: Owner | None = about("Person or post that answers for the asset")
    labels: Labels | None = about("Free labels of the organization")


class EvidenceFile(Section):
    """A file beside the manifest that more evidence on the asset comes from: a test report, a card, a BOM."""

    file: Text | None = about("Path of the file, relative to the manifest")
    format: Text | None = about("Name of its format, instead of telling it by the content")
    digest: Text | None = about("Digest of the file, sha256:<hex>; another file is refused")
    asset: Text | None = about("What the file calls this asset, where that is not the manifest's name")
    artifact: Text | None = about("Of a signature: the file or folder that is signed, to be compared with it")
    delivery: Text | None = about("Of a supplier's signature: the item of the delivery that is signed")


class Envelope(Section):
    """The frame of every native manifest."""

    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    metadata: Metadata

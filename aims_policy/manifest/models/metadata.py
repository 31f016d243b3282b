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


class Envelope(Section):
    """The frame of every native manifest."""

    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    metadata: Metadata

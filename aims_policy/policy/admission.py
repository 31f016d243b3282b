"""What a workspace says of deployments: the ``admission`` section of ``aims.yaml``, with sensible defaults."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.workload_signs import DEFAULT, Resource, Signs
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    import os

    from aims_policy.policy.documents.models import AdmissionDocument


class Admission(NamedTuple):
    """Which environment a namespace is, what tells that an object runs a model, what an annotation must give.

    ``environments`` are pairs of a namespace's pattern and an environment; the first that matches holds.
    """

    environments: tuple[tuple[str, str], ...] = ()
    default_environment: str = "production"
    digest_required: bool = True
    signs: Signs = DEFAULT


def environment_of(namespace: str, admission: Admission) -> str:
    """The environment that a namespace is. Nothing that the submitter writes into an object changes it.

    >>> environment_of("team-dev", Admission(environments=(("*-dev", "development"),)))
    'development'
    >>> environment_of("team", Admission())
    'production'
    """
    for pattern, environment in admission.environments:
        if re.match(translate(pattern), namespace):
            return environment
    return admission.default_environment


def read_admission(workspace: str | os.PathLike[str] | None) -> Admission:
    """The section of a workspace file, or the defaults where there is no workspace.

    Raises PolicyError where the file is wrong or not there.
    """
    if workspace is None:
        return Admission()
    from aims_policy.policy.documents.workspace import read_workspace
    from aims_policy.policy.errors import PolicyError
    from aims_policy.policy.workspace import workspace_path

    read = read_workspace(workspace_path(workspace))
    if read.problems:
        raise PolicyError(read.problems)
    return _admission(read.form.admission)


def _admission(document: AdmissionDocument) -> Admission:
    own = tuple(Resource(r.group, r.kind, tuple(r.uris)) for r in document.resources)
    return Admission(
        environments=tuple((e.namespace, e.environment) for e in document.environments),
        default_environment=document.default_environment,
        digest_required=document.digest == "required",
        signs=DEFAULT._replace(
            resources=(*own, *DEFAULT.resources),
            ignored_kinds=(*DEFAULT.ignored_kinds, *document.ignored_kinds),
            env=(*DEFAULT.env, *document.env),
            flags=(*DEFAULT.flags, *document.flags),
            schemes=(*DEFAULT.schemes, *document.schemes),
            images=(*DEFAULT.images, *document.images),
            ignored_images=tuple(document.ignored_images),
        ),
    )

"""Names of sensitive attributes, as people write them into results by group."""

from __future__ import annotations

import re

from aims_policy.manifest.foreign.metrics import is_known, metric_of

_ATTRIBUTES = re.compile(
    r"(?:^|[\W_])(?:sex|gender|race|ethnic\w*|age|religion|disability|nationality|marital|education|country|language"
    r"|region)(?=$|[\W_])",
    re.IGNORECASE,
)
_STAGES = re.compile(
    r"before|after|baseline|mitigat|original|debias|reweigh|model|train|test|valid|overall|fold|run|epoch|threshold"
    r"|classifier|regression|boost|forest",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"[\W_]+")


def is_attribute(name: str) -> bool:
    """Whether a name is that of an attribute that is often sensitive.

    >>> is_attribute("age_band"), is_attribute("Applicant gender"), is_attribute("percentage")
    (True, True, False)
    """
    return _ATTRIBUTES.search(name) is not None


def is_stage(name: str) -> bool:
    """Whether a name tells which model, data or step results are of, and so no attribute.

    >>> is_stage("after_reweighing"), is_stage("sex")
    (True, False)
    """
    return _STAGES.search(name) is not None


def compared_by(name: str) -> tuple[str, str] | None:
    """The attribute and the comparison that one name tells together.

    >>> compared_by("Gender Disparate Impact"), compared_by("equalized_odds_difference_age_band")
    (('Gender', 'demographic_parity_ratio'), ('age_band', 'equalized_odds_difference'))
    >>> compared_by("disparate_impact"), compared_by("max_disparate_impact")
    (None, None)
    """
    parts = list(_JOINTS.finditer(name))
    for joint in parts:
        before, after = name[: joint.start()], name[joint.end() :]
        for attribute, metric in ((before, after), (after, before)):
            if is_attribute(attribute) and not is_stage(attribute) and _compares(metric):
                return attribute, metric_of(metric).name
    return None


def _compares(metric: str) -> bool:
    return is_known(metric) and metric_of(metric).section == "fairness"

"""Who answers for which control, by what the organization's profile says.

The pairs of profile field and control are this project's own reading of what each control asks to be owned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.graph.build import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANSWERING = (
    ("ai_policy.owner", ("A.2.2", "A.2.3", "A.2.4")),
    ("roles.aims_lead", ("A.3.2", "A.4.6", "A.6.1.2")),
    ("concern_channel.handler", ("A.3.3",)),
    ("processes.impact_assessment.owner", ("A.5.2", "A.5.3", "A.5.4", "A.5.5")),
    ("processes.development.owner", ("A.6.1.3", "A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5")),
    ("processes.data_management.owner", ("A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6")),
    ("external_reporting.handler", ("A.8.3",)),
    ("processes.use.owner", ("A.9.2", "A.9.3", "A.9.4")),
    ("processes.suppliers.owner", ("A.10.2", "A.10.3")),
    ("processes.customers.owner", ("A.10.4",)),
)


def answering(profile: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Path of a field, the name that stands there, and the controls it answers for; a field that is not given is not
    among them.
    """
    for path, controls in ANSWERING:
        name = given(profile, path)
        if isinstance(name, str):
            yield path, name, controls


def given(profile: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of an evidence tree; None where nothing is given.

    >>> given({"ai_policy": {"owner": "CTO"}}, "ai_policy.owner"), given({}, "ai_policy.owner")
    ('CTO', None)
    """
    found: Any = profile
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def roles_of(profile: Mapping[str, Any]) -> tuple[Role, ...]:
    """The roles of an organization's evidence tree, by name; a field that is not given names nobody.

    >>> roles_of({"ai_policy": {"owner": "CTO"}, "concern_channel": {"handler": "CTO"}})
    (Role(name='CTO', controls=('A.2.2', 'A.2.3', 'A.2.4', 'A.3.3')),)
    """
    by_name: dict[str, list[str]] = {}
    for _, name, controls in answering(profile):
        by_name.setdefault(name, []).extend(controls)
    return tuple(Role(name, tuple(controls)) for name, controls in sorted(by_name.items()))

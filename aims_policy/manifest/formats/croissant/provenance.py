"""Where a dataset comes from: schema.org's creators, and what Croissant 1.1 takes from W3C PROV-O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping
from aims_policy.manifest.foreign.json_ld import by_local, local_names, plain

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

_LABELS = ("name", "label", "@id", "url")
_PLACES = ("url", "contentUrl", "locatedAt", "atLocation", "@id")
# The files of the specification itself use all three.
_AGENTS = ("wasAssociatedWith", "wasAttributedTo", "isAssociatedWith")


def sources(draft: Draft, value: Any, source: Steps) -> None:
    """What the data was derived from."""
    for item, place in elements(value, source):
        path = draft.entry("provenance.sources")
        if type(item) is not dict:
            draft.put(f"{path}.name", item, place)
            continue
        name, origin = _first(item, place, _LABELS)
        if name is None:
            draft.gap(f"{path}.name", "no name is given", place)
        else:
            draft.text(f"{path}.name", name, origin)
        draft.text(f"{path}.location", *_first(item, place, _PLACES))
        draft.text(f"{path}.license", *_first(item, place, ("license",)))


def creators(draft: Draft, root: dict[str, Any], at: Steps) -> None:
    """Each creator as an event, and the date of creation with the first of them or on its own."""
    found = by_local(root)
    key = found.get("creator", "")
    path = draft.entry("provenance.events")
    for item, place in elements(root.get(key), (*at, key)):
        event, (text, origin) = draft.entry("provenance.events"), plain(item, place)
        draft.put(f"{event}.type", "creation", place)
        draft.put(f"{event}.actor", text, origin)
    if "dateCreated" in found:
        text, origin = plain(root[found["dateCreated"]], (*at, found["dateCreated"]))
        draft.put(f"{path}.type", "creation", origin)
        draft.text(f"{path}.time", text, origin)


def activities(draft: Draft, root: dict[str, Any], at: Steps) -> None:
    """What was done to the data, by whom and when. PROV has types of activity of its own, none of which are ours."""
    agents = _agents(root, at)
    for local_name, key in local_names(root):
        if local_name != "wasGeneratedBy":
            continue
        for item, place in elements(root[key], (*at, key)):
            said = _first(mapping(item), place, ("description", "label", "name"))
            if said[0] is None:
                continue
            path = draft.entry("provenance.events")
            draft.text(f"{path}.description", *said)
            draft.text(f"{path}.time", *_first(mapping(item), place, ("startedAtTime", "endedAtTime")))
            given, origin = _first(mapping(item), place, _AGENTS)
            actors = [_named(agent, spot, agents) for agent, spot in elements(given, origin)]
            names = [(name, spot) for name, spot in actors if type(name) is str]
            if names:
                draft.used.update(spot for _, spot in names)
                draft.put(f"{path}.actor", ", ".join(name for name, _ in names), names[0][1])


def _agents(root: dict[str, Any], at: Steps) -> dict[str, tuple[Any, Steps]]:
    """By id, the name of every agent that the dataset itself says it is associated with."""
    found: dict[str, tuple[Any, Steps]] = {}
    for local_name, key in local_names(root):
        if local_name in _AGENTS:
            for item, place in elements(root[key], (*at, key)):
                agent = mapping(item)
                name = _first(agent, place, ("label", "name"))
                for id_key in ("@id", "id"):
                    if type(agent.get(id_key)) is str and name[0] is not None:
                        found[agent[id_key]] = name
    return found


def _named(agent: Any, source: Steps, agents: dict[str, tuple[Any, Steps]]) -> tuple[Any, Steps]:
    """The name of an agent that stands here, or is named by its id; else that id."""
    name = _first(mapping(agent), source, ("label", "name"))
    if name[0] is not None:
        return name
    text, place = plain(agent, source)
    return agents.get(text, (text, place)) if type(text) is str else (text, place)


def _first(node: dict[str, Any], at: Steps, names: tuple[str, ...]) -> tuple[Any, Steps]:
    """The value of the first of the names that the node has, with its path; None where it has none."""
    found = by_local(node)
    for name in names:
        if name in found:
            value, source = node[found[name]], (*at, found[name])
            return (value, source) if name in _AGENTS else plain(value, source)
    return None, at

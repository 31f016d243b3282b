"""What a caller asks to be loaded: the cache finds a bundle by it."""

from __future__ import annotations

from aims_policy.named_tuple import NamedTuple


class Request(NamedTuple):
    """What a caller asks to be loaded; all paths as given."""

    workspace: str | None
    policies: tuple[str, ...]
    appetite: str | None
    waivers: tuple[str, ...]

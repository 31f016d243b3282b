"""What is known of the formats that are read, from the modules that read them."""

from __future__ import annotations

import re
from typing import NamedTuple

DISTRIBUTION = "aims-policy"


class FormatRead(NamedTuple):
    """One format. `kinds` are those of the manifests it yields, `extra` the pip extra that reading it needs."""

    name: str
    title: str
    versions: str
    strength: str
    kinds: tuple[str, ...]
    extra: str
    installed: bool


def formats_read() -> tuple[FormatRead, ...]:
    """Every format, the native one first, then by name."""
    from aims_policy.manifest.foreign import modules
    from aims_policy.manifest.models import KINDS

    native = FormatRead("aims", "Native manifest", "aims/v1", "declared", tuple(KINDS), "", True)
    found = []
    for module in modules():
        extra = getattr(module, "EXTRA", "")
        here = not extra or is_installed(extra)
        for name in module.FORMATS:
            kinds = getattr(module, "YIELDS", {}).get(name, ("Model",))
            found.append(FormatRead(name, module.TITLE, module.VERSIONS, module.STRENGTH, kinds, extra, here))
    return (native, *sorted(found))


def is_installed(extra: str) -> bool:
    """Whether everything that a pip extra of this package asks for is there."""
    from importlib import metadata

    marked = re.compile(rf"""extra\s*==\s*['"]{re.escape(extra)}['"]""")
    try:
        asked = [r for r in metadata.requires(DISTRIBUTION) or () if marked.search(r)]
        for requirement in asked:
            name = re.match(r"[\w.-]+", requirement)
            metadata.version(name.group() if name else requirement)
    except metadata.PackageNotFoundError:
        return False
    return bool(asked)

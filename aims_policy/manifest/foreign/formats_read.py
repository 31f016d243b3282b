"""What is known of the formats that are read, from the modules that read them."""

from __future__ import annotations

import re

from aims_policy.named_tuple import NamedTuple

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
    from aims_policy.manifest.foreign.read import modules
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
    """Whether everything that a pip extra of this package asks for is there, extras of its own among it."""
    from importlib import metadata

    marked = re.compile(rf"""extra\s*==\s*['"]{re.escape(extra)}['"]""")
    try:
        asked = [r for r in metadata.requires(DISTRIBUTION) or () if marked.search(r)]
        return bool(asked) and all(_is_met(requirement) for requirement in asked)
    except metadata.PackageNotFoundError:
        return False


def _is_met(requirement: str) -> bool:
    """Raises PackageNotFoundError where the package is not there."""
    from importlib import metadata

    match = re.match(r"([\w.-]+)\s*(?:\[([^\]]*)\])?", requirement)
    name, extras = (match[1], match[2]) if match else (requirement, None)
    if name.replace("_", "-").lower() == DISTRIBUTION:
        return all(is_installed(extra.strip()) for extra in (extras or "").split(","))
    return bool(metadata.version(name))

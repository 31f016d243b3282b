"""A key of the workspace may sign only assets that the inventory does not have: its signatures count for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.diagnostics import nearest
from aims_policy.manifest.evidence.beside import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for document in pack.workspaces:
        keys = document.value.get("signing", {}).get("keys", ())
        for index, key in enumerate(keys):
            for position, pattern in enumerate(key["assets"] if isinstance(key, dict) else ()):
                if any(Key("", (pattern,)).may_sign(asset) for asset in pack.assets or ()):
                    continue
                guess = nearest(pattern, pack.assets or ())
                yield Remark(
                    f"key `{key['file']}` may sign `{pattern}`, and no such asset is in the inventory",
                    f"did you mean `{guess}`?" if guess else "",
                    place=(document, ("signing", "keys", index, "assets", position)),
                )

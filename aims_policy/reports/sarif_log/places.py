"""Places as SARIF writes them: percent-encoded addresses below a base, regions in code points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from aims_policy.reports.ci.places import Place

BASE = "%SRCROOT%"


def location(place: Place) -> dict[str, Any]:
    """A ``location`` object with its region."""
    region = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    return {"physicalLocation": {"artifactLocation": artifact(place.file), "region": region}}


def artifact(file: str) -> dict[str, str]:
    """An ``artifactLocation``: below the base, or absolute where the file is outside of it.

    >>> artifact("cards/my model.yaml")
    {'uri': 'cards/my%20model.yaml', 'uriBaseId': '%SRCROOT%'}
    >>> artifact("/elsewhere/a.yaml")
    {'uri': 'file:///elsewhere/a.yaml'}
    """
    path = quote(_encoded(file), safe="/")
    return {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": BASE}


def _encoded(file: str) -> bytes:
    """The bytes of the name as the file system has them, which need not be text."""
    try:
        return file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return file.encode("utf-8", "replace")

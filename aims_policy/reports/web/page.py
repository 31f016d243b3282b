"""What every page begins and ends with: one file that loads nothing and runs nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.decision.plain import NOTICE
from aims_policy.reports.web.markup import Html, joined, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
END = "\n</main>\n</body>\n</html>\n"


def head(title: str) -> str:
    """Up to the heading, which is the title."""
    return joined(
        (
            Html('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
            tag("title", f"aims_policy: {title}"),
            Html("\n"),
            style(),
            Html('\n</head>\n<body style="margin:0">\n<main class="aims">\n'),
            tag("h1", title),
            Html("\n"),
        )
    )


@cache
def style() -> Html:
    """The styles, for everything of the class ``aims``."""
    return Html(f"<style>\n{Path(__file__).with_name('style.css').read_text('utf-8')}</style>")


def foot(seen: Sequence[str]) -> Html:
    """What made the page, and what it is not."""
    said = [tag("p", each) for each in seen[:3]]
    return tag("footer", *said, tag("p", "This is ", NOTICE, "."))

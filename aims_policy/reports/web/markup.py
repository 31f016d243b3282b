"""Elements of HTML. Texts are escaped where they are put in, so one that was forgotten shows and does nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe

if TYPE_CHECKING:
    from collections.abc import Iterable


class Html(str):
    """Markup that was made here. Whatever else a text is joined to, it is a plain text again, and escaped."""

    __slots__ = ()


def tag(name: str, *inside: str, class_: str = "", **attributes: str) -> Html:
    """An element around texts and other elements.

    >>> print(tag("a", "5 < 6 & ", tag("b", "so"), href="#d1", class_="x"))
    <a class="x" href="#d1">5 &lt; 6 &amp; <b>so</b></a>
    """
    given = {"class": class_, **attributes} if class_ else attributes
    written = "".join(f' {key}="{text(value)}"' for key, value in given.items())
    return Html(f"<{name}{written}>{joined(inside)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Texts and elements, one after the other."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts))


def text(given: str) -> Html:
    """The text as it shows: characters that cannot be seen are made visible.

    >>> print(text("<b>\\x1b[1m"))
    &lt;b&gt;\\x1b[1m
    """
    return Html(escape(safe(given)))


def lines(given: str) -> Html:
    """As `text`, with its line ends kept."""
    return Html("\n".join(text(line) for line in given.split("\n")))


def shortened(given: str, longest: int) -> str:
    """The text, cut where it is longer than that many characters."""
    return given if len(given) <= longest else given[: longest - 1] + "…"

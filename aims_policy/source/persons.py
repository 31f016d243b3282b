"""Whether two texts can name one person or post, however each is spelled.

People who must differ (an approver and an owner) are told apart by texts that the submitter writes, so another
spelling of one name must not make two people of it: capitals, blanks, marks, titles, the order of the names, an e-mail
address, and letters of other scripts that look the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ASIDE = re.compile(r"\([^()]*\)|<[^<>]*>")
_WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset(
    "dr mr mrs ms mx prof professor ing dipl mag msc bsc mba phd herr frau sir madam mme".split()  # noqa: SIM905 - a table
)
# Letters that look like Latin ones (Unicode's confusables.txt has them all; these are of the scripts that names are
# written in), after case folding.
_LIKE_LATIN = str.maketrans(
    "авеіјкмнорсѕтухԁһӏԛԝґԍьꙅαβεικνορτυχγηλμωϲϳɡıøłđ",
    "abeijkmhopcstyxdhlqwrgbsabeikvoptuxynlmwcjgiold",
)


def same_person(one: str, other: str) -> bool:
    """Whether they can name the same; an initial can be that of any name that begins with it.

    >>> same_person("Tomas Lindner", " LINDNER, Tomás (Head of data)"), same_person("T. Lindner", "Tomas Lindner")
    (True, True)
    >>> same_person("Tomas Lindner", "Tomas.Lindner@example.org"), same_person("Tomas Lindner", "Marta Novak")
    (True, False)
    """
    mine, theirs = _names(one), _names(other)
    return mine == theirs or (len(mine) == len(theirs) and _by_initials(mine, theirs))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    """The names in a text, in the order of the alphabet; of one that has no letters the text itself."""
    bare = _ASIDE.sub(" ", text)
    plain = plain_letters(bare if _WORD.search(bare) else text)
    address = plain.partition("@")
    words = _WORD.findall(address[0] if address[1] and " " not in plain.strip() else plain)
    return tuple(sorted([w for w in words if w not in _TITLES] or words)) or (text.strip(),)


def plain_letters(text: str) -> str:
    """In small Latin letters without marks, as far as it looks like them.

    >>> plain_letters("T\u043emás")
    'tomas'
    """
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = [c for c in letters if unicodedata.category(c) not in ("Mn", "Cf")]
    return "".join(kept).translate(_LIKE_LATIN)


def _by_initials(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether some names are the same and the others of one are initials of the others of the other."""
    shared = set(mine) & set(theirs)
    rest = [sorted(set(names) - shared) for names in (mine, theirs)]
    if not any(len(name) > 1 for name in shared) or len(rest[0]) != len(rest[1]):
        return False
    pairs = zip(*rest, strict=True)
    return all(a[0] == b[0] and 1 in (len(a), len(b)) for a, b in pairs)

"""Texts that stand where evidence should be: `TODO`, `[More Information Needed]`, `NOASSERTION`, …

Only a text that is a placeholder as a whole counts; one inside a sentence is left to its reader. A bare
`none` is no placeholder in text, for "there are none" is a statement (`sensitive_categories: [none]`); where a
person, an asset, a number or a date is asked for it names nothing, and `names_nobody` says so. Likewise `na`
(Namibia, sodium) and `missing` are left alone, but `n/a` says nothing that could be judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

_WORDS = frozenset(
    """
    todo|to do|to-do|fixme|fix me|tbd|tba|tbc|tbs|wip|work in progress|coming soon|under construction
    to be determined|to be defined|to be decided|to be done|to be announced|to be confirmed|to be completed
    to be added|to be written|to be provided|to be specified|to be filled|to be filled in|to be updated
    n/a|n.a|n / a|not applicable|not available|not provided|not given|not specified|not known|not yet known|not stated
    not set|not filled in|none given|none provided|none specified|none stated|none available
    unknown|unspecified|undefined|undetermined|unavailable|noassertion|no assertion|null|nil
    more information needed|needs more information|more info needed|more information required
    information needed|info needed|needs more info|information missing|no information|no information available
    no information provided|no data|placeholder|changeme|change me|change-me|change_me|replace me|replaceme|replace_me
    fill in|fill me in|fill this in|fillme|insert here|insert text here|your text here|enter text here
    your answer here|answer here|your name here|your dataset name here|your model name here
    no description|no description available|no description provided
    example text|sample text|dummy|dummy text|dummy value|add description|add description here|description here
    see wiki|see the wiki|see confluence|see jira|see docs|see documentation|see readme|see above|see below|see link
    see attachment|see attached
    à compléter|a completer|à définir|à déterminer|à préciser|à venir|non renseigné|non communiqué|inconnu
    zu ergänzen|zu klären|noch offen|noch zu klären|wird ergänzt|wird nachgereicht|folgt noch|unbekannt|keine angabe
    keine angaben|por definir|por determinar|por completar|pendiente de definir|desconocido|sin información
    da definire|da completare|sconosciuto|a definir|por preencher|desconhecido|nog in te vullen|nog te bepalen|onbekend
    do uzupełnienia|nieznane|не определено|будет дополнено|неизвестно|заполнить
    待定|待补充|待填写|待确认|未知|暂无|未定|未記入|要確認|不明|後日記入|미정|추후 작성|작성 예정
    provide a quick summary of what the model is/does|provide a longer summary of what this model is
    provide the basic links for the model|provide a quick summary of the dataset
    users (both direct and downstream) should be made aware of the risks, biases and limitations of the model
    users should be made aware of the risks, biases and limitations of the dataset
    """.replace("\n", "|")
    .replace("    ", "")
    .strip("|")
    .split("|")
)
_NEEDED = ". more information needed for further recommendations"
_NOBODY = frozenset(
    ["none", "no one", "nobody", "noone", "nothing", "no", "na", "anonymous", "anyone", "someone"]
)
_NO_PERSON = frozenset(
    """bot|a bot|robot|ai|the ai|automated|automatic|auto|self|myself|me|john doe|jane doe""".split("|")  # noqa: SIM905
)
"""Nobody who could answer for anything: what decides by itself, whoever writes, and names of no one in particular."""
_NO_VALUE = frozenset(["none", "na", "nan", "never", "not yet", "open", "missing", "pending"])

_OFTEN = frozenset(["[More Information Needed]", "[More information needed]", "[Needs More Information]"])
"""As templates of cards have them, which many cards leave as they are: known without taking the marks off."""

_EDGES = (
    " \t\r\n\f\v\u00a0\u200b\u200c\u200d\u2060\ufeff\"'`“”‘’«»*_~.,:;!?()[]{}<>#…-–—−/\\|=+·•。、・「」【】"  # noqa: RUF001 - as people write
)
_BLANK = " \t\r\n\f\v\u00a0\u200b\u200c\u200d\u2060\ufeff"
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LONGEST = 160
"""Longer texts are no placeholder, filler text aside."""
_FILLER = "lorem ipsum"
_TASK_WORDS = ("todo", "fixme", "tbd")
_BEGINNINGS = frozenset(word[:3] for word in (*_WORDS, *_TASK_WORDS, _FILLER, "xxx"))
"""With which three letters a placeholder begins, unless it begins with a mark: most texts begin with others."""

# Patterns are kept as text: they are needed seldom, and compiling them is dear to a program's start.
_LINK = r"\W*\[([^\]\[]+)\]\([^()]*\)\W*"
_TEMPLATE = (
    r"<(?!\S*(?:://|@))[^<>]+>"  # <name>, not <https://…> or <ada@example.org>
    r"|\{\{.*\}\}|\{%.*%\}|\$\{[^{}]*\}|\{[a-z][a-z0-9_ -]*\}|%[A-Z_]+%|__[A-Z][A-Z0-9_]*__"
    r"|\[(?:insert|your|add|describe|enter|provide|specify|fill|name of|link to|replace)\b[^\]]*\]"
)
_TEMPLATE_ENDS = tuple(">}%_]")
_TASK = r"(?:todo|fixme|tbd)\s*(?:\([^()]*\))?\s*[:–—]"  # noqa: RUF001 - as people write
_TASKS = r"(?:todo|tbd|fixme)(?:[\s,;/|]+(?:todo|tbd|fixme))+"


def absence(text: str) -> str:
    """Why the text is no evidence, or "" if it is.

    >>> absence("[More Information Needed](https://example.org/new)")
    'placeholder `[More Information Needed](https://example.org/new)`'
    >>> absence("  "), absence("The weights are unknown to us.")
    ('empty', '')
    """
    if not may_begin(text[:3]):
        return ""
    if "<!--" in text:
        text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    if not text.isascii():  # letters of full width, and marks within words that nobody sees
        text = normalize("NFKC", text)
        for mark in _UNSEEN:
            if mark in text:  # hardly ever, and looking is faster than taking a long text apart
                text = text.replace(mark, "")
    if len(text) > _LONGEST:
        return _long(text)
    if text in _OFTEN:
        return f"placeholder `{text}`"
    core = text.strip(_EDGES).casefold().removesuffix(_NEEDED)
    if core in _WORDS:
        return f"placeholder `{text.strip(_BLANK)}`"
    if not core:
        bare = text.strip(_BLANK)
        return f"placeholder `{bare}`" if bare else "empty"
    if _is_task(core) or _is_filler(core) or (text.lstrip(_BLANK)[0] in "[<{$%_*`" and _is_template(text)):
        return f"placeholder `{text.strip(_BLANK)}`"
    return ""


@lru_cache(maxsize=2048)
def may_begin(beginning: str) -> bool:
    """Whether a text with these first three characters may be a placeholder: of any other `absence` is ""."""
    return not beginning[:1].isalnum() or not beginning.isascii() or beginning.casefold()[:3] in _BEGINNINGS


def names_nobody(text: str) -> bool:
    """Whether a text given for a person, a group or an asset names none.

    >>> names_nobody("None"), names_nobody("Model Risk Board")
    (True, False)
    """
    return text.strip(_EDGES).casefold() in _NOBODY


def names_no_person(text: str) -> bool:
    """As `names_nobody`, of a text given for a person, a post or a group.

    >>> names_no_person("Automated"), names_no_person("AI Board")
    (True, False)
    """
    core = text.strip(_EDGES).casefold()
    return core in _NOBODY or core in _NO_PERSON


def no_value(text: str) -> bool:
    """Whether a text given for a number, a date, a boolean or one of several words says that there is none."""
    core = text.strip(_EDGES).casefold()
    return core in _NO_VALUE or core in _NOBODY - {"no"}


def _is_task(core: str) -> bool:
    """``TODO: describe the groups``, ``TODO/TBD``; a "todo list" is none."""
    if not core.startswith(_TASK_WORDS):
        return False
    return bool(re.match(_TASK, core) or re.fullmatch(_TASKS, core))


def _is_filler(core: str) -> bool:
    return core.startswith(_FILLER) or (core[0] == "x" and len(core) > 2 and not core.strip("x"))


def _is_template(text: str) -> bool:
    bare = text.strip(_BLANK)
    inner = bare.strip("*`\"'")
    if inner[-1:] in _TEMPLATE_ENDS and (
        re.fullmatch(_TEMPLATE, bare, re.IGNORECASE | re.DOTALL)
        or re.fullmatch(_TEMPLATE, inner, re.IGNORECASE)
    ):
        return True
    link = re.fullmatch(_LINK, bare) if "](" in bare else None
    return link is not None and link.group(1).strip(_EDGES).casefold() in _WORDS


def _long(text: str) -> str:
    if text[:400].lstrip(_EDGES)[:11].casefold() == _FILLER:
        return "placeholder `lorem ipsum …`"
    if not text.strip(_EDGES):
        return f"placeholder `{text.strip(_BLANK)[:10]}…`" if text.strip(_BLANK) else "empty"
    if len(text) < 1_000 and text.lstrip(_BLANK)[0] in "[*_`(" and _is_template(text):
        return f"placeholder `{text.strip(_BLANK)[:40]}…`"
    return ""

"""Lines of a card's body: labels with their values, and what is the template's word and not the author's."""

from __future__ import annotations

import re

from aims_policy.manifest.placeholders import absence

_LABEL = re.compile(
    r"[-*+\s]*(?:\*\*|__)?([^:*_]{1,60}(?:\([^)]*\))?)(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:|:)\s*"
)
_ASKED = re.compile(r"(?:\d{1,2}[.)]\s*|[-*+]\s+)?\*\*[^*?]{3,600}\??\s*(?:\*\*\s*\?|\*\*)\s*")
_ASKS_ON = re.compile(r"\?|\b(?:if so|if not|please)\b[^?]*$", re.IGNORECASE)
_QUESTIONS = re.compile(r"(?:[^.?!]*\?\s*)+")
_GUIDANCE = re.compile(
    r"state whether |if available, (?:include|provide) |if applicable, describe |if studies of the dataset"
    r"|(?:briefly |please )?(?:describe|summarize) the (?:data|dataset|people|annotation|annotator|process|criteria)"
    r"|provide (?:a|an|any|the)? ?(?:brief|short|sizes|license|descriptions?|additional information|json|\[bibtex)"
    r"|if (?:the )?(?:data|dataset|annotations|efforts) (?:was|were|has|contains) [^.]{3,160}"
    r"(?:describe|please|link|state)\b"
    r"|(?:this section|here,? you should) (?:describes|should|is meant)",
    re.IGNORECASE,
)
_GUIDES = frozenset(["st", "if", "br", "pl", "de", "su", "pr", "th", "he"])
"""With which two letters guidance begins: most lines begin with others, and need not be searched."""
_BARE = "[More Information Needed]"
_NEEDED = re.compile(r"\[More Information Needed\](?:\([!-'*-;=?-~]{0,120}\))?")
"""What templates put into a section, and the link that some of them give it: known before anything else is asked."""
_LAST_WORD = "recommendations"
_UNFINISHED = re.compile(r"more information (?:is )?needed for further recommendations\.?\s*$", re.IGNORECASE)


def label_of(line: str) -> tuple[str, str, int]:
    """The label of a line, its value, and where in the line the value begins; ("", "", 0) where there is none.

    >>> label_of("- **Hardware Type:** A100"), label_of("It runs.")
    (('hardware type', 'A100', 21), ('', '', 0))
    """
    label, end = label_before(line)
    return label, line[end:].strip(" *_") if end else "", end


def label_before(line: str) -> tuple[str, int]:
    """The label of a line and where in the line its value begins; ("", 0) where there is none."""
    match = _LABEL.match(line) if ":" in line else None
    if match is None:
        return "", 0
    return match[1].casefold().replace("[optional]", "").strip(" -*_"), match.end()


def unsaid(line: str) -> str:
    """Why a line says nothing: a placeholder, also after a label, or the template's guidance. "" if it says something.

    >>> unsaid("**License:** TODO"), unsaid("Who are the annotators? Were they paid?"), unsaid("Trained on prose.")
    ('placeholder `TODO`', "the template's question", '')
    """
    if line[:1] == "[" and (line == _BARE or _NEEDED.fullmatch(line)):
        return f"placeholder `{line}`"
    reason = absence(line)
    if not reason and ":" in line and (label := _LABEL.match(line)):
        value = line[label.end() :]
        reason = absence(value) if value.strip(" *_") else ""
    if reason:
        return reason
    text = line.strip(" *_>-")
    if text[:2].casefold() in _GUIDES and len(text) < 1_000 and _GUIDANCE.match(text):
        return "the template's guidance"
    if text[-1:] == "?" and len(text) < 1_000 and _QUESTIONS.fullmatch(text):
        return "the template's question"
    if line[:1] == "*" and _is_introduction(line):
        return "the template's guidance"
    if "**" in line and "?" in line and _is_asked(line):
        return "the template's question"
    if _LAST_WORD in text.rstrip()[-16:].casefold() and _UNFINISHED.search(text[-200:]):
        return "the template's sentence"
    return ""


def _is_asked(line: str) -> bool:
    """A question in bold without an answer behind it; a datasheet's own go on after it."""
    asked = _ASKED.match(line)
    if asked is None or "?" not in asked[0]:
        return False
    rest = line[asked.end() :].strip()
    return not rest or bool(absence(rest)) or _ASKS_ON.search(rest) is not None


def _is_introduction(line: str) -> bool:
    """A whole line in italics about the questions that follow, which opens the sections of a datasheet's template."""
    return line[1:2] != "*" and line[-1:] == "*" and " questions " in line

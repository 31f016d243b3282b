"""YAML text to documents, read by the core schema of YAML 1.2.

Of PyYAML its events are used and nothing else: its resolver reads `on`, `1:30`, `010` and dates as other
types than text, its constructors run tags, and its composer neither sees duplicate keys nor bounds aliases.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.source.document import Document
from aims_policy.source.text import Problems, SourceText, digest_of, digest_of_text, refuse_empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.source.document import Position

MAX_DOCUMENTS = 1_000
"""Documents in one stream."""


def parse_yaml(
    text: str,
    file: str,
    *,
    first_line: int = 1,
    digest: str | None = None,
    format: str = "yaml",  # noqa: A002 (the document's own attribute)
    keep_not_finite: bool = False,
) -> list[Document]:
    """The documents of a YAML stream, empty ones left out.

    `first_line` is the line of the file on which the text begins (front matter inside a longer file), and
    `format` what the documents say of themselves; `keep_not_finite` reads ``.nan`` and ``.inf`` as `NotFinite`
    instead of refusing the file. Raises SourceError with all problems that were found.
    """
    source = SourceText(file, text, first_line)
    first_digest = digest_of_text(source) if digest is None else digest
    plain = _plain(text, keep_not_finite)
    if plain is not None:
        places = partial(_position, source, 0, keep_not_finite)
        return [Document(source, plain, places, again=places, digest=first_digest, format=format)]
    problems = Problems(source)
    documents: list[Document] = []
    for value, position in _compose(source, problems, keep_not_finite):
        own_digest = digest_of(text[position[0] : position[1]].encode()) if documents else first_digest
        again = partial(_position, source, len(documents), keep_not_finite)
        documents.append(Document(source, value, position, again=again, digest=own_digest, format=format))
    if problems:
        problems.raise_all()
    if not documents:
        refuse_empty(file)
    return documents


def _plain(text: str, keep_not_finite: bool) -> Any:
    from aims_policy.source.yaml_values import plain_value

    return plain_value(text, _next_event, keep_not_finite)


def _position(source: SourceText, index: int, keep_not_finite: bool) -> Position:
    """The positions of a document of a stream that was read before."""
    return _compose(source, Problems(source), keep_not_finite)[index][1]


def _compose(source: SourceText, problems: Problems, keep_not_finite: bool) -> list[tuple[Any, Position]]:
    """(value, position) of every document that is not empty."""
    from yaml import YAMLError

    from aims_policy.source.yaml_compose import Composer

    composed: list[tuple[Any, Position]] = []
    try:
        composer = Composer(_next_event(source.text), problems, keep_not_finite)
        count = 0
        while composer.begin_document():
            value, position, empty = composer.document()
            count += 1
            if count > MAX_DOCUMENTS:
                message = f"the file has more than {MAX_DOCUMENTS} documents"
                problems.stop("too-large", message, position[0], position[0])
            if not empty:
                composed.append((value, position))
    except YAMLError as error:
        _refuse(error, source, problems)
    return composed


def _next_event(text: str) -> Callable[[], Any]:
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined] # exported at run time
    except ImportError:
        return _pure_parser(text)
    next_event: Callable[[], Any] = CParser(text).get_event
    return next_event


def _pure_parser(text: str) -> Callable[[], Any]:
    """PyYAML's own parser, for where it was built without libyaml: the same events, some 10 times slower."""
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        def __init__(self) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    next_event: Callable[[], Any] = PureParser().get_event
    return next_event


def _refuse(error: Exception, source: SourceText, problems: Problems) -> NoReturn:
    from aims_policy.source.yaml_errors import explain

    message, hint, start, opened = explain(error, source.text)
    if opened is not None:
        hint = f"it begins on line {problems.line_of(opened)}"
    problems.stop("yaml-syntax", message, start, start + 1, hint)

"""Statements of Applicability among the files that are linted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.statement import Declared
    from aims_policy.source import Document


def read_statements(
    workspaces: Iterable[Document], statements: Iterable[Document], problems: list[Diagnostic]
) -> tuple[tuple[Declared, Document], ...]:
    """Those that are well formed, with their documents.

    What is wrong with the others is added to ``problems``, and also where a workspace names one that is not there.
    """
    from aims_policy.policy.documents.statement import read_statement, statement_file
    from aims_policy.policy.documents.workspace import read_workspace

    for workspace in workspaces:
        try:
            statement_file(read_workspace(Path(workspace.file), shown_as=workspace.file))
        except PolicyError as error:
            problems += error.diagnostics
    read: list[tuple[Declared, Document]] = []
    for document in statements:
        try:
            read.append((read_statement(document), document))
        except PolicyError as error:
            problems += error.diagnostics
    return tuple(read)

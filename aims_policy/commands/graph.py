"""``aims graph``: questions about assets and what connects them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices

if TYPE_CHECKING:
    from aims_policy.graph.network import Graph
    from aims_policy.policy.bundle import Bundle


@click.command()
@click.argument("question", metavar="QUESTION")
@click.argument("asset", required=False)
@choices.workspace("Folder or file of the workspace", default="the nearest")
@choices.output_format("text", "json")
@choices.output_file()
def command(
    question: str,
    asset: str | None,
    workspace: str | None,
    format_: str,
    output: str | None,
) -> int:
    """Ask about the assets of the workspace's inventory and what connects them.

    Exit code 4 where a manifest cannot be read, or assets are built from each other in a circle.

    \b
    aims graph impact dataset/loans     what is affected, by which paths, who is to be told
    aims graph lineage model/scorer     what it is built from
    aims graph stale dataset/loans      what must be reassessed when it changes
    aims graph coverage                 controls without a rule, assets without an owner
    """
    from aims_policy.commands.terminal.failures import MANIFEST
    from aims_policy.commands.terminal.streams import width_of, write
    from aims_policy.decision.plain import dumps
    from aims_policy.graph import queries
    from aims_policy.graph.network import UnknownAssetError

    _check(question, asset)
    bundle = choices.load(choices.Sources(workspace))
    graph = _graph(bundle)
    try:
        answer = queries.ask(graph, question, asset)
    except UnknownAssetError as error:
        raise click.UsageError(str(error)) from None
    write(
        dumps(answer.to_json()) + "\n" if format_ == "json" else f"{answer.to_text(width_of(sys.stdout))}\n",
        output,
    )
    return MANIFEST if any(p.severity == "error" for p in graph.problems) else 0


def _check(question: str, asset: str | None) -> None:
    from aims_policy.diagnostics import nearest, safe
    from aims_policy.graph import queries

    if question not in queries.names():
        guess = nearest(question, queries.names())
        hint = f"Did you mean `{guess}`?" if guess else f"There are {', '.join(queries.names())}."
        raise click.UsageError(f"There is no question `{safe(question)}`. {hint}")
    if queries.get(question).takes_asset != (asset is not None):
        raise click.UsageError(
            f"`{question}` asks about {'no single asset' if asset is not None else 'one asset, as model/scorer'}."
        )


def _graph(bundle: Bundle) -> Graph:
    from aims_policy.commands.terminal.failures import show_diagnostics
    from aims_policy.commands.terminal.gather import inventory
    from aims_policy.source import SourceError
    from aims_policy.statement.network import network_of

    if not bundle.inventory:
        raise click.UsageError(
            "The graph is that of a workspace's inventory, and there is none here; `aims init` makes one."
        )
    found = inventory(bundle)
    if found.problems:
        raise SourceError(tuple(found.problems))
    graph = network_of(found.manifests, bundle)
    show_diagnostics(graph.problems)
    return graph

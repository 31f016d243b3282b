"""The ``aims`` command, which finds its subcommands by their files and imports only the one that is asked for."""

from __future__ import annotations

import os
from importlib import import_module

import click

_FOLDER = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - hot: pathlib is not imported for this

EXIT_CODES = """\b
Exit codes: 0 pass, 1 fail, 2 wrong usage, 3 a policy, appetite, waiver file or
workspace is wrong, 4 a manifest cannot be read, 5 internal error or not recorded."""
EPILOG = f"""{EXIT_CODES}

It yields evidence and decisions. It certifies nothing."""


class Commands(click.Group):
    """A group of the commands in the folder above."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        names = (name.removesuffix(".py") for name in os.listdir(_FOLDER) if name.endswith(".py"))  # noqa: PTH208 - hot
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"aims_policy.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.epilog = command.epilog or EXIT_CODES
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from aims_policy.diagnostics import nearest, safe

            guess = nearest(args[0], self.list_commands(ctx))
            hint = f" Did you mean `{guess}`?" if guess else ""
            raise click.UsageError(f"There is no command `{safe(args[0])}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        import aims_policy
        from aims_policy.commands.terminal.streams import write

        write(f"aims_policy {aims_policy.__version__}\n")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
def aims() -> None:
    """Decide whether models, datasets and AI systems show what ISO/IEC 42001 and your risk appetite ask for.

    \b
    Begin:      aims init my-workspace && cd my-workspace
    Decide:     aims evaluate inventory/model.yaml
    Understand: aims explain A.7.5/sources-recorded inventory/dataset.yaml
    Author:     aims lint && aims test
    """

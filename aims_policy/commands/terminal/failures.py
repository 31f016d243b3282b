"""From what went wrong to an exit code and a message on stderr. The one place where errors end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal.streams import NO_ROOM, say, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic

PASS, FAIL, USAGE, POLICY, MANIFEST, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns its exit code and never raises."""
    stand_in()
    try:
        code = _invoked(arguments)
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        code = INTERRUPTED
    except click.ClickException as error:
        _show_usage(error)
        code = USAGE
    except SystemExit as ended:  # click's own way out where help was written to a reader that has gone
        code = ended.code if isinstance(ended.code, int) else INTERNAL
    except Exception as error:
        code = _refused(error)
    return _flushed(code)


def show_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """On stderr, all of them at once."""
    from aims_policy.commands.terminal.streams import wants_color, width_of
    from aims_policy.diagnostics import render_all

    text = render_all(diagnostics, color=wants_color(sys.stderr), width=width_of(sys.stderr))
    if text:
        say(text)


def _invoked(arguments: list[str] | None) -> int:
    from aims_policy.commands.terminal.group import aims

    result = aims.main(args=arguments, prog_name="aims", standalone_mode=False)
    return result if isinstance(result, int) else PASS


def _show_usage(error: click.ClickException) -> None:
    """As click does, but not failing where stderr has gone."""
    if type(error).__name__ == "NoArgsIsHelpError":  # from click 8.2 on: its message is the help itself
        say(error.format_message())
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        say(f"{context.get_usage()}\nTry `{context.command_path} --help` for help.\n")
    say(f"Error: {error.format_message()}")


def _refused(error: Exception) -> int:
    from aims_policy.policy.errors import PolicyError
    from aims_policy.source import SourceError

    if isinstance(error, PolicyError | SourceError):
        show_diagnostics(error.diagnostics)
        return POLICY if isinstance(error, PolicyError) else MANIFEST
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return _unwritten(error)
    from aims_policy.ledger.record import LedgerError

    if isinstance(error, LedgerError):
        show_diagnostics([error.diagnostic])
        return USAGE if error.misnamed else INTERNAL
    if os.environ.get("AIMS_DEBUG") == "1":
        import traceback

        say(traceback.format_exc().rstrip())
    from aims_policy.diagnostics import safe

    say(f"internal error: {safe(f'{type(error).__name__}: {error}'[:400])}")
    say("This is a fault of aims_policy, and nothing was decided. Please report it with the command")
    say("and what it prints when AIMS_DEBUG=1 is set in the environment.")
    return INTERNAL


def _flushed(code: int) -> int:
    """Flush stdout. A reader that has gone changes nothing; a report that could not be written is no success."""
    try:
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        from aims_policy.commands.terminal.streams import silence

        silence()
    except OSError as error:
        return _unwritten(error)
    return code


def _unwritten(error: OSError) -> int:
    """Said once: what is left in the buffer must not fail again when the process ends."""
    from aims_policy.commands.terminal.streams import silence
    from aims_policy.diagnostics import reason_of, safe

    silence()
    file = f" `{safe(os.fsdecode(error.filename))}`" if isinstance(error.filename, str | bytes) else ""
    say(f"cannot write the report{file}: {reason_of(error)}")
    return INTERNAL

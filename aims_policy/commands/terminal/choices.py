"""Options that several commands have, so that they mean the same everywhere."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from aims_policy.policy.bundle import Bundle

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Moment(click.ParamType):  # type: ignore[type-arg] # generic from click 8.2 on, not before
    """An ISO 8601 date or date-time, UTC where it says no offset."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from aims_policy.policy.waivers import parse_day

        try:
            return parse_day(value)
        except (ValueError, OverflowError):
            self.fail(f"`{value}` is not a date; write it as 2026-06-01 or 2026-06-01T12:00:00Z", param, ctx)


_NAMELESS = "the name is missing"


class Place(click.Path):
    """A path that is looked up where it is used, which says what is wrong with it.

    An empty one is refused, for the current folder would be taken where a variable of the shell was not set.
    """

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True, exists: bool = False) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail(_NAMELESS, param, ctx)
        return super().convert(value, param, ctx)


_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Duration(click.ParamType):  # type: ignore[type-arg] # generic from click 8.2 on, not before
    """A length of time such as ``90s``, ``15m``, ``6h`` or ``1d``, in seconds; from one second to a year."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        number, unit = value[:-1], value[-1:]
        if not (number.isascii() and number.isdigit() and len(number) < 9 and unit in _SECONDS):
            self.fail(f"`{value}` is no length of time; write it as 90s, 15m, 6h or 1d", param, ctx)
        length = int(number) * _SECONDS[unit]
        if not 1 <= length <= 366 * 86_400:
            self.fail(f"`{value}` is not between a second and a year", param, ctx)
        return length


def as_one(argument: str, form: type[Any], *options: Decorator) -> Decorator:
    """Options that belong together as one argument: a NamedTuple whose fields are named like them."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def called(*args: Any, **given: Any) -> Any:
            mine = {name: given.pop(name) for name in form._fields}
            return function(*args, **{argument: form(**mine)}, **given)

        decorated: Callable[..., Any] = called
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def output_format(*names: str) -> Decorator:
    """``--format``, the first name being the default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="Form of the result.",
    )


def output_file() -> Decorator:
    """``--output``."""
    return click.option(
        "--output",
        "-o",
        type=Place(dir_okay=False),
        help="Write the result into this file instead of stdout.",
    )


def environment() -> Decorator:
    """``--environment``."""
    return click.option(
        "--environment",
        "-e",
        default="production",
        show_default=True,
        help="Where the asset is to go; decides what a finding does.",
    )


def ledger(purpose: str, *, required: bool = False) -> Decorator:
    """``--ledger``, also from the environment."""
    return click.option(
        "--ledger",
        callback=_named,
        envvar="AIMS_LEDGER",
        show_envvar=True,
        required=required,
        metavar="FILE|URL",
        help=f"{purpose} a file (SQLite), or postgresql://user@host/name.",
    )


def _named(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter(_NAMELESS)
    return value


def time_of_decision() -> Decorator:
    """``--at``."""
    return click.option("--at", type=Moment(), help="Time of the decision, ISO 8601, UTC.  [default: now]")


def workspace(purpose: str, *, default: str) -> Decorator:
    """``--workspace``."""
    return click.option("--workspace", "-w", type=Place(), help=f"{purpose}.  [default: {default}]")


def appetite() -> Decorator:
    """``--appetite``."""
    return click.option("--appetite", type=Place(), help="Risk appetite instead of the workspace's.")


class Sources(NamedTuple):
    """What makes up the bundle, as it was named."""

    workspace: str | None = None
    policies: tuple[str, ...] = ()
    appetite: str | None = None


def sources() -> Decorator:
    """``--workspace``, ``--policy`` and ``--appetite``, as one argument ``sources``."""
    return as_one(
        "sources",
        Sources,
        workspace("Folder or file of the workspace", default="nearest aims.yaml, else the shipped pack"),
        click.option(
            "--policy",
            "policies",
            multiple=True,
            type=Place(),
            help="Policy file or folder, or `iso42001`, to use. Repeatable; without -w no workspace is read.",
        ),
        appetite(),
    )


def load(named: Sources) -> Bundle:
    """The bundle that the options of `sources` ask for. Raises PolicyError."""
    from aims_policy.policy.load import load_bundle

    return load_bundle(workspace=named.workspace, policies=named.policies or None, appetite=named.appetite)


def check_format(as_format: str | None) -> None:
    """That ``--as`` names a format that is read. Raises click.BadParameter."""
    if as_format is None or as_format == "aims":
        return
    from aims_policy.diagnostics import safe
    from aims_policy.manifest.foreign.read import format_names

    known = format_names()
    if as_format not in known:
        guess = _meant(as_format, known)
        hint = f" Did you mean `{guess}`?" if guess else f" There are {', '.join(known)}."
        raise click.BadParameter(f"`{safe(as_format)}` is no manifest format.{hint}", param_hint="--as")


def check_environment(environment: str, bundle: Bundle) -> None:
    """That it has a name; a note on stderr where it looks like a slip, for the appetite's `default` holds then.

    Raises click.BadParameter.
    """
    if not environment.strip():
        raise click.BadParameter("an environment has a name, as `production`", param_hint="--environment")
    known = {name for table in bundle.appetite.enforcement.values() for name in table} - {"default"}
    if environment not in known and (guess := _meant(environment, sorted(known))):
        from aims_policy.commands.terminal.streams import say
        from aims_policy.diagnostics import safe

        say(
            f"note: the risk appetite does not name the environment `{safe(environment)}`, so its `default` holds. "
            f"Did you mean `{safe(guess)}`?"
        )


def _meant(name: str, known: Iterable[str]) -> str | None:
    """A name that is nearly this one, or that this one is short for."""
    from aims_policy.diagnostics import nearest

    names = list(known)
    return nearest(name, names) or next(
        (n for n in names if len(name) > 2 and n.startswith(name.lower())), None
    )


def moment_or_now(at: datetime | None) -> datetime:
    """The only place of the commands where the clock is read."""
    if at is not None:
        return at
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).replace(microsecond=0)

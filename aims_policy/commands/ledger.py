"""``aims ledger``: what was decided, and the proof that the record is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal.ledger_entries import FILTERS, LIMIT, Filters, entry_of, kept_of, wanted
from aims_policy.commands.terminal.streams import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.ledger import Entry
    from aims_policy.ledger.replay import Replayed
    from aims_policy.ledger.verify import Expected

_LEDGER = choices.ledger("The ledger:", required=True)


@click.group()
def command() -> None:
    """Ask the ledger of decisions, and prove that nothing in it was altered.

    \b
    aims evaluate model.yaml --ledger decisions.db
    aims ledger list --ledger decisions.db --verdict fail
    aims ledger verify --ledger decisions.db
    """


@command.command()
@_LEDGER
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=choices.Place(),
    help="Checkpoint that was kept elsewhere: shows that no end was cut off. Repeatable.",
)
@click.option("--public-key", type=choices.Place(), help="Key that the checkpoints are signed with, PEM.")
@choices.output_format("text", "json")
def verify(ledger: str, checkpoints: tuple[str, ...], public_key: str | None, format_: str) -> int:
    """Prove that nothing was altered, removed, reordered or cut off, or name the place.

    Exit code 0 where all is as it was recorded, 1 where it is not.

    \b
    aims ledger verify --ledger decisions.db
    aims ledger verify --ledger decisions.db --checkpoint 2026-06-01.json --public-key ledger.pub
    """
    from aims_policy.commands.terminal import ledger_text
    from aims_policy.ledger.verify import verify as verified

    found = verified(ledger, _expected(checkpoints, public_key))
    write(
        ledger_text.verified_json(found)
        if format_ == "json"
        else ledger_text.verified_text(found, ledger, len(checkpoints))
    )
    return 1 if found.faults else 0


@command.command(name="list")
@_LEDGER
@FILTERS
@LIMIT
@choices.output_format("text", "json")
def list_(ledger: str, format_: str, filters: Filters, limit: int | None) -> int:
    """Say what was decided, the newest first; 50 entries where no limit is given.

    \b
    aims ledger list --ledger decisions.db --verdict fail
    aims ledger list --ledger decisions.db --asset model/scorer --since 2026-06-01
    """
    from aims_policy.commands.terminal import ledger_text
    from aims_policy.ledger import open_ledger

    with open_ledger(ledger, create=False) as opened:
        entries = list(opened.entries(**wanted(filters), newest_first=True, limit=limit or 50))
        write(ledger_text.list_json(entries) if format_ == "json" else ledger_text.list_text(entries))
    return 0


@command.command()
@click.argument("entry_id", metavar="ID")
@_LEDGER
@choices.output_format("text", "json")
@click.option("--decision", is_flag=True, help="Only the decision, as the report had it, to the byte.")
@click.option("--input", "input_", metavar="FILE", help="Only the kept content of this input.")
def show(entry_id: str, ledger: str, format_: str, decision: bool, input_: str | None) -> int:
    """Show one entry: by its id, the beginning of it, or its number.

    \b
    aims ledger show 17 --ledger decisions.db
    aims ledger show 17-3f2a --ledger decisions.db --decision
    """
    from aims_policy.commands.terminal import ledger_text
    from aims_policy.ledger import open_ledger

    with open_ledger(ledger, create=False) as opened:
        entry = entry_of(opened, entry_id)
    if decision:
        write(entry.decision)
    elif input_ is not None:
        write(kept_of(entry, input_))
    else:
        write(ledger_text.entry_json(entry) if format_ == "json" else ledger_text.entry_text(entry))
    return 0


@command.command()
@_LEDGER
@FILTERS
@LIMIT
@click.option("--with-inputs", is_flag=True, help="With the kept inputs, in base64.")
@choices.output_file()
def export(ledger: str, with_inputs: bool, filters: Filters, limit: int | None, output: str | None) -> int:
    """Write entries as JSON lines, the oldest first.

    \b
    aims ledger export --ledger decisions.db --since 2026-06-01 > june.jsonl
    """
    from aims_policy.commands.terminal.ledger_text import entry_line
    from aims_policy.ledger import open_ledger

    with open_ledger(ledger, create=False) as opened:
        entries = opened.entries(**wanted(filters), limit=limit, with_inputs=with_inputs)
        write((entry_line(e, with_inputs=with_inputs) for e in entries), output)
    return 0


@command.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_LEDGER
@FILTERS
@LIMIT
@choices.sources()
@click.option(
    "--inputs",
    "folder",
    type=choices.Place(file_okay=False, exists=True),
    help="Folder in which inputs that were not kept are found.",
)
@choices.output_format("text", "json")
def replay(
    ids: tuple[str, ...],
    ledger: str,
    sources: choices.Sources,
    folder: str | None,
    format_: str,
    filters: Filters,
    limit: int | None,
) -> int:
    """Decide recorded inputs again: all, those chosen, or those with these IDs.

    Under the bundle that decided them the result must be the same to the byte; under another one the rules and
    verdicts that flip are shown. Exit code 0 where no verdict flips and all that must be identical is; else 1.

    \b
    aims ledger replay --ledger decisions.db
    aims ledger replay --ledger decisions.db -w ../proposed --verdict pass
    """
    from aims_policy.commands.terminal import ledger_text
    from aims_policy.ledger import open_ledger
    from aims_policy.ledger.replay import replay as replayed

    bundle = choices.load(sources)
    find = _finder(folder)
    with open_ledger(ledger, create=False) as opened:
        entries: Iterator[Entry] = (
            (entry_of(opened, i) for i in ids)
            if ids
            else opened.entries(**wanted(filters), limit=limit, with_inputs=True)
        )
        results = [_outline(replayed(entry, bundle, find)) for entry in entries]
    write(ledger_text.replayed_json(results) if format_ == "json" else ledger_text.replayed_text(results))
    failed = any(
        r.status in ("differs", "lacking") or any(f.subject == "verdict" for f in r.flips) for r in results
    )
    return 1 if failed else 0


@command.command()
@_LEDGER
@click.option("--key", required=True, type=choices.Place(), help="Private key to sign with, PEM.")
@choices.output_file()
def checkpoint(ledger: str, key: str, output: str | None) -> int:
    """Verify the ledger and sign its head. Keep the checkpoint where nobody who can write the ledger can write.

    \b
    aims ledger checkpoint --ledger decisions.db --key ledger.key -o 2026-06-01.json
    """
    from aims_policy.commands.terminal import ledger_text
    from aims_policy.ledger import checkpoint as checkpoints
    from aims_policy.ledger.verify import verify as verified

    pem = _bytes(key)
    found = verified(ledger)
    if found.faults:
        write(ledger_text.verified_text(found, ledger, 0))
        return 1
    write(checkpoints.make(found, pem, at=choices.moment_or_now(None), file=key), output)
    return 0


@command.command()
@click.option(
    "--private-key", default="ledger.key", show_default=True, type=choices.Place(), help="File to write."
)
@click.option(
    "--public-key", default="ledger.pub", show_default=True, type=choices.Place(), help="File to write."
)
def keygen(private_key: str, public_key: str) -> int:
    """Make a pair of keys (Ed25519) for checkpoints. Existing files are left alone.

    \b
    aims ledger keygen
    aims ledger keygen --private-key audit.key --public-key audit.pub
    """
    from aims_policy.commands.terminal.streams import write_new
    from aims_policy.ledger.checkpoint import generate

    keys = generate()
    write_new(public_key, keys.public)
    try:
        write_new(private_key, keys.private, private=True)
    except click.UsageError:  # half a pair is none, and would be in the way of the next
        Path(public_key).unlink()
        raise
    write(f"wrote {private_key} (keep it to yourself) and {public_key}\n")
    return 0


def _outline(result: Replayed) -> Replayed:
    """What is told of a result: of many entries not all decisions and inputs are held at once."""
    return result._replace(entry=result.entry._replace(decision="", inputs=()))


def _expected(checkpoints: tuple[str, ...], public_key: str | None) -> tuple[Expected, ...]:
    if bool(checkpoints) != (public_key is not None):
        raise click.UsageError("`--checkpoint` and `--public-key` belong together.")
    if public_key is None:
        return ()
    from aims_policy.ledger.checkpoint import read

    key = _bytes(public_key)
    return tuple(read(_bytes(file), key, file=file, key_file=public_key) for file in checkpoints)


def _finder(folder: str | None) -> Callable[[str], bytes | None]:
    """Finds files of a folder by their digest."""
    if folder is None:
        return lambda _digest: None
    from aims_policy.commands.terminal.gather import below
    from aims_policy.source import MAX_BYTES, digest_of

    any_name = ("",)  # reports of tools are called as one likes
    files = (file for file in below(folder, any_name) if _is_input(Path(file), MAX_BYTES))
    known = {digest_of(_bytes(file)): file for file in files}
    return lambda digest: _bytes(known[digest]) if digest in known else None


def _is_input(file: Path, most: int) -> bool:
    """Whether this can be the file of an input: neither a pipe nor larger than what is ever read."""
    return file.is_file() and file.stat().st_size <= most


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        from aims_policy.diagnostics import reason_of, safe

        raise click.UsageError(f"cannot read `{safe(file)}`: {reason_of(error)}") from None

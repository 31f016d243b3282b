"""From paths on the command line to manifests: files, folders, stdin."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal.spool import Spool
from aims_policy.commands.terminal.streams import say
from aims_policy.diagnostics import Diagnostic, reason_of, safe
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError
from aims_policy.source.reading import is_endless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

STDIN = "-"
_SUFFIXES = (".yaml", ".yml", ".json", ".jsonld")
_NAMES = ("readme.md", "mlmodel", "kitfile")  # cards, and what stands beside a model for MLflow and KitOps
_MARKDOWN = (".md", ".markdown")
_CARDS = ("modelcard", "datacard", "datasetcard", "datasheet")
_PACKAGES = ("node_modules", "__pycache__", "site-packages")
_NO_MANIFEST = ("unknown-format", "no-asset")  # a service of Kubernetes beside a model's is nobody's mistake


class Gathered(NamedTuple):
    """What was read, from which files, why the rest was not, and the files that are no manifests at all.

    ``evidence`` are files that a manifest among them takes evidence from, ``ids`` the assets of the manifests.
    """

    manifests: Spool[Manifest]
    problems: list[Diagnostic]
    passed_over: list[str]
    files: list[str]
    evidence: list[str]
    ids: list[str]


def gather(paths: Sequence[str], bundle: Bundle, as_format: str | None = None) -> Gathered:
    """Everything that the paths name. What cannot be read is a problem; what is none in a folder is passed over."""
    found = Gathered(Spool(), [], [], [], [], [])
    seen: set[str] = set()
    for path, from_folder in _files(paths, found.problems):
        real = os.path.realpath(path) if path != STDIN else STDIN
        if real in seen:
            continue
        seen.add(real)
        try:
            manifests = _read(path, bundle, as_format, from_folder)
        except SourceError as error:
            found.problems.extend(error.diagnostics)
            continue
        if manifests is None:
            found.passed_over.append(path)
        else:
            _keep(manifests, found)
    return _apart(found)


def _apart(found: Gathered) -> Gathered:
    """Without the files that are evidence on others of them: a report in the folder is no asset."""
    if not found.evidence:
        return found
    taken = {os.path.realpath(f) for f in found.evidence}
    others: Spool[Manifest] = Spool()
    ids: list[str] = []
    for manifest, own in zip(found.manifests, found.ids, strict=True):
        if manifest.sources or os.path.realpath(manifest.file) not in taken:
            others.append(manifest)
            ids.append(own)
    return found._replace(manifests=others, ids=ids)


def _keep(manifests: Sequence[Manifest], found: Gathered) -> None:
    """Add what was read; of many manifests positions are found again where a finding shows them."""
    from aims_policy.decision.decide import FEW

    for manifest in manifests:
        if len(found.manifests) > FEW:
            manifest.forget_positions()
        # Those of one file share its text, which would be written with each of them.
        found.manifests.append(manifest, keep=len(manifests) > 1)
        found.evidence.extend(source.file for source in manifest.sources)
        found.ids.append(asset_id(manifest.kind, manifest.name))
    found.files.extend({m.file: None for m in manifests})


def inventory(bundle: Bundle, besides: Iterable[str] = ()) -> Gathered:
    """The manifests of the workspace that are in none of the files submitted themselves."""
    submitted = {os.path.realpath(f) for f in besides}
    files = [f for f in bundle.inventory if os.path.realpath(f) not in submitted]
    found = Gathered(Spool(), [], [], [], [], [])
    from aims_policy.policy.manifests import read_with

    for file in files:
        try:
            _keep(read_with(bundle, file, shown_as=os.path.relpath(file)), found)
        except SourceError as error:
            found.problems.extend(error.diagnostics)
    return _apart(found)


def tell_passed_over(files: Sequence[str]) -> None:
    """A note on stderr: nothing is left out in silence."""
    if files:
        names = ", ".join(safe(f) for f in files[:5]) + (
            f" and {len(files) - 5} more" if len(files) > 5 else ""
        )
        say(
            f"note: {len(files)} file{'s are' if len(files) > 1 else ' is'} not a manifest and passed over: {names}"
        )


def below(folder: str, suffixes: tuple[str, ...] = _SUFFIXES) -> Iterator[str]:
    """Files of a folder and its folders that may be of interest, in order. Raises SourceError.

    Hidden ones are not, nor is what package managers put there.
    """

    def refuse(error: OSError) -> None:
        reason = reason_of(error)
        raise SourceError(
            (Diagnostic("cannot-read", f"cannot read the folder: {reason}", str(error.filename)),)
        )

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if not _is_others(parent, f))
        for name in sorted(names):
            if not name.startswith(".") and (name.lower().endswith(suffixes) or is_card(name)):
                file = os.path.normpath(os.path.join(parent, name))  # noqa: PTH118 - hot
                if not is_endless(file):
                    yield file


def is_card(name: str) -> bool:
    """Whether a file's name says that it is a card, an MLmodel or a Kitfile: ``MODEL_CARD.md``.

    Other Markdown in a folder is mostly no card, and is not looked at.
    """
    lowered = name.lower()
    if lowered in _NAMES:
        return True
    said = lowered.replace("_", "").replace("-", "").replace(" ", "")
    return said.endswith(_MARKDOWN) and any(card in said for card in _CARDS)


def nothing_found(paths: Sequence[str], what: str) -> str:
    """The message where the paths name nothing that ``what`` (to decide, to convert) could be done to."""
    if not any(path != STDIN and os.path.isdir(path) for path in paths):  # noqa: PTH112 - hot
        return f"There is no manifest {what}."
    return (
        f"There is no manifest {what}. In folders YAML and JSON files are looked at, MLmodel, Kitfile, README.md, "
        "and Markdown whose name says that it is a card (MODEL_CARD.md, datasheet.md): name others themselves. "
        "`aims survey` looks at every file."
    )


def _is_others(parent: str, folder: str) -> bool:
    """Whether a folder is hidden, or holds packages that somebody else wrote."""
    if folder.startswith(".") or folder in _PACKAGES:
        return True
    return os.path.exists(os.path.join(parent, folder, "pyvenv.cfg"))  # noqa: PTH110, PTH118 - hot


def _files(paths: Iterable[str], problems: list[Diagnostic]) -> Iterator[tuple[str, bool]]:
    for path in paths:
        if path != STDIN and os.path.isdir(path):  # noqa: PTH112 - hot
            try:
                for file in below(path):
                    yield file, True
            except SourceError as error:
                problems.extend(error.diagnostics)
        else:
            yield path, False


def _read(path: str, bundle: Bundle, as_format: str | None, from_folder: bool) -> list[Manifest] | None:
    from aims_policy.manifest.native.frame import is_authored, is_report
    from aims_policy.manifest.read import read_data
    from aims_policy.policy.manifests import read_with

    if path == STDIN:
        return read_data(
            _stdin(),
            "<stdin>",
            bundle.shapes,
            extensions=bundle.extensions,
            as_format=as_format,
            folder=".",
            root=bundle.root,
            keys=bundle.keys,
        )
    if not from_folder or path.lower().endswith(_MARKDOWN):
        return _or_none(lambda: read_with(bundle, path, as_format=as_format), from_folder)
    from aims_policy.source import read_file

    documents = [d for d in read_file(path) if not (is_authored(d.value) or is_report(d.value))]
    if not documents:
        return None
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - hot
    return _or_none(lambda: read_with(bundle, documents, as_format=as_format, folder=folder), True)


def _or_none(reading: Callable[[], list[Manifest]], lenient: bool) -> list[Manifest] | None:
    """What was read; None where it is of no known format, or holds no asset, and was only met on the way."""
    try:
        return reading()
    except SourceError as error:
        if lenient and all(d.code in _NO_MANIFEST for d in error.diagnostics):
            return None
        raise


def _stdin() -> bytes:
    from aims_policy.source import MAX_BYTES

    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("`-` reads a manifest from stdin, and stdin is a terminal")
    return sys.stdin.buffer.read(MAX_BYTES + 1)

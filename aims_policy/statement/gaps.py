"""A gap analysis: all that is not shown on the way to certification, the gravest and most helpful first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.graph.roles import ANSWERING
from aims_policy.named_tuple import NamedTuple
from aims_policy.statement.documents import kept_of, unrecorded
from aims_policy.statement.gap import Answer, Gap, order
from aims_policy.statement.network import network_of
from aims_policy.statement.standing import NOT_ASSESSED
from aims_policy.statement.unshown import unshown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.graph.network import Graph
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle
    from aims_policy.statement.applicability import Row, Statement
    from aims_policy.statement.documents import Kept
    from aims_policy.statement.profile import Profile


class Analysis(NamedTuple):
    """The gaps in order, beside the statement that they were found with and what clauses ask to be kept."""

    statement: Statement
    gaps: tuple[Gap, ...]
    kept: tuple[Kept, ...]

    @property
    def is_open(self) -> bool:
        """Whether any gap is not waived."""
        return any(gap.is_open for gap in self.gaps)


def analysis(
    statement: Statement,
    decisions: Iterable[Decision],
    manifests: Sequence[Manifest],
    bundle: Bundle,
    profile: Profile,
) -> Analysis:
    """All gaps. ``decisions`` are those that the statement was made with, ``manifests`` what they are on."""
    graph = network_of(manifests, bundle)
    assets = {asset.id: asset for asset in statement.assets}
    kept = kept_of(manifests, profile, statement.declared)
    gaps = [
        *unshown(decisions, bundle, assets, graph),
        *_unread(statement),
        *_of_assets(graph),
        *_of_statement(statement),
        *_of_risks(statement, profile),
        *_merged(gap for row in statement.rows for gap in _of_row(row, statement, bundle, profile)),
        *unrecorded(kept, profile, statement.workspace),
    ]
    return Analysis(statement, tuple(sorted(gaps, key=order)), kept)


def _merged(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """What one answer closes for several controls is one gap."""
    alike: dict[tuple[str, ...], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.kind, gap.title, gap.do), []).append(gap)
    for first, *others in alike.values():
        yield first._replace(
            controls=tuple(control for gap in (first, *others) for control in gap.controls),
            answers=tuple(dict.fromkeys(answer for gap in (first, *others) for answer in gap.answers)),
        )


def _unread(statement: Statement) -> Iterator[Gap]:
    for file in sorted({problem.file for problem in statement.unread}):
        lines = [problem.line for problem in statement.unread if problem.file == file]
        yield Gap(
            kind="unread",
            id=file,
            title="A file of the inventory cannot be read, and nothing in it was decided",
            controls=(),
            clause="8.1",
            severity="critical",
            state="error",
            do="Mend the file; `aims lint` says what is wrong with it.",
            answers=(Answer(file, min(lines)),),
        )


def _of_assets(graph: Graph) -> Iterator[Gap]:
    """Assets that nobody owns, and those that others name and nobody describes."""
    from aims_policy.graph.queries.coverage import run as coverage

    found, assets = coverage(graph), frozenset(graph.assets())
    for asset in found.assets_without_owner:
        yield Gap(
            kind="unowned",
            id=asset,
            title=f"Nobody owns {asset}",
            controls=("A.3.2",),
            clause="5.3",
            severity="high",
            state="missing",
            do="Say in `metadata.owner` who answers for it.",
            answers=(Answer(graph.node(asset)["file"], 0, ("metadata.owner",), asset),),
            assets=(asset,),
            helped=(asset,),
        )
    for asset in found.assets_without_manifest:
        named_by = {start for start, _ in graph.network.in_edges(asset) if start in assets}
        files = sorted({graph.node(own)["file"] for own in named_by})
        yield Gap(
            kind="undescribed",
            id=asset,
            title=f"{asset} is named by others and described by no manifest",
            controls=("A.4.2",),
            clause="8.1",
            severity="high",
            state="missing",
            do="Add its manifest to the inventory, or mend the name where it is misspelt.",
            answers=tuple(Answer(file, 0) for file in files if file),
            assets=tuple(sorted(named_by)),
            helped=tuple(sorted({*named_by, *graph.built_on(asset)})),
        )


def _of_statement(statement: Statement) -> Iterator[Gap]:
    unread = {problem.file for problem in statement.unread}
    for lack in statement.lacks:
        if any(f"`{file}`" in lack for file in unread):  # told as a file that cannot be read
            continue
        declared = statement.declared
        yield Gap(
            kind="statement",
            id="statement",
            title=f"Statement of Applicability: {lack}",
            controls=(),
            clause="6.1.3",
            severity="high",
            state="missing",
            do=_DRAFT
            if declared is None
            else "Have the statement approved, and write down by whom and when.",
            answers=(Answer(statement.workspace if declared is None else declared.file, 0),),
        )


def _of_risks(statement: Statement, profile: Profile) -> Iterator[Gap]:
    """Risks that no control treats, but for those that are accepted or avoided as they are."""
    files = {asset.id: asset.file for asset in statement.assets}
    treated = {risk for row in statement.rows for risk in row.risks}
    for own, risks in profile.register.items():
        left = [r for r in risks if r not in treated and r.treatment not in _WITHOUT_CONTROLS]
        if left:
            assets = tuple(sorted(risk.asset for risk in left))
            yield Gap(
                kind="untreated",
                id=own,
                title=f"No control treats the risk {own or '(without an id)'}",
                controls=(),
                clause="6.1.3",
                severity="medium",
                state="missing",
                do="Name the controls that treat it in its `controls`, or it under `risks` in the statement.",
                answers=tuple(Answer(files.get(a, ""), 0, ("risk.entries",), a) for a in assets),
                assets=assets,
                helped=assets,
            )


_WITHOUT_CONTROLS = ("accept", "avoid")
_DRAFT = "Write the statement: a file of kind StatementOfApplicability with a decision on each control."


_DECIDE = "Decide on it under `controls`, with `applicable` and `justification`."


def _of_row(row: Row, statement: Statement, bundle: Bundle, profile: Profile) -> Iterator[Gap]:
    declared = statement.declared
    if declared is not None:
        for lack in row.lacks:
            yield Gap(
                kind="statement",
                id=row.control,
                title=f"Statement of Applicability: {lack}",
                controls=(row.control,),
                clause="6.1.3",
                severity="high",
                state="missing",
                do=_DECIDE if row.applicable is None else "Say why, in its `justification`.",
                answers=(Answer(declared.file, row.line),),
            )
    if row.decided == "excluded":
        return
    if row.status == NOT_ASSESSED:
        yield _unasked(row, bundle, statement)
    if not row.responsible:
        yield _unanswered(row, statement, profile)


def _unasked(row: Row, bundle: Bundle, statement: Statement) -> Gap:
    here = {asset.kind for asset in statement.assets}
    kinds = [k for rule in bundle.rules if rule.id in row.rules for k in rule.applies_to]
    absent = [kind for kind in dict.fromkeys(kinds) if kind not in here]
    if not row.rules:
        why, do = (
            "no rule asks for it",
            "Add a rule that asks for it, or exclude the control with a justification.",
        )
    elif absent and len(absent) == len(set(kinds)):
        why = f"no {' or '.join(absent)} is in the inventory"
        do = f"Add the manifest of each {' and '.join(absent)} to the inventory, or exclude the control."
    else:
        why, do = "its rules apply to none of the assets", "See `aims controls` for what its rules apply to."
    return Gap(
        kind="unasked",
        id=row.control,
        title=f"Nothing here shows it: {why}",
        controls=(row.control,),
        clause="8.1",
        severity="medium",
        state="missing",
        do=do,
        answers=(Answer(statement.workspace, 0),),
    )


def _unanswered(row: Row, statement: Statement, profile: Profile) -> Gap:
    path = next((path for path, controls in ANSWERING if row.control in controls), "")
    declared = statement.declared
    if path and profile.file:
        answer = Answer(profile.file, 0, (path,), profile.id)
    else:
        answer = Answer(declared.file if declared is not None else statement.workspace, row.line)
    in_profile = f"in `{path}` of the organization's manifest" if path else ""
    in_statement = "as `responsible` in the statement"
    return Gap(
        kind="unowned",
        id=row.control,
        title="Nobody is named who answers for it",
        controls=(row.control,),
        clause="5.3",
        severity="medium",
        state="missing",
        do=f"Say who does, {' or '.join(filter(None, (in_profile, in_statement)))}.",
        answers=(answer,),
    )

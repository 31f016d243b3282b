"""Reports of NVIDIA's garak to security tests of a Model: the run's log, its digest, and the log of hits.

- ``*.report.jsonl``: entries of type ``eval`` tell, by probe and detector, how many outputs passed of how many.
- a digest (``entry_type: digest``): the share that passed, ``absolute_score`` from 0 to 1.
- ``*.hitlog.jsonl``: the attacks that succeeded, and nothing of those that did not.

A test is passed where no attack succeeded, which is what garak itself prints as PASS.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, mapping
from aims_policy.manifest.foreign.metrics import exact_number, metric_of, reading_of
from aims_policy.manifest.foreign.runs import Run, Verdict, given, put_verdict, tool_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("garak-report", "garak-digest", "garak-hitlog")
TITLE = "garak report"
VERSIONS = "0.9 to 0.17"
STRENGTH = "tool"
KEYS = told_by("entry_type")
IGNORED = frozenset(["entry_type"])

_ENTRIES = frozenset(
    ["start_run setup", "init", "config", "attempt", "eval", "completion", "digest", "probe_summary"]
)
_HIT = frozenset(["probe", "detector", "prompt", "generator"])
# By the family of the probe; the families not named here try several things at once.
_TYPES = {
    "promptinject": "prompt_injection", "latentinjection": "prompt_injection", "encoding": "prompt_injection",
    "sysprompt_extraction": "prompt_injection", "web_injection": "prompt_injection", "ansiescape": "prompt_injection",
    "dan": "jailbreak", "dra": "jailbreak", "grandma": "jailbreak", "suffix": "jailbreak", "tap": "jailbreak",
    "phrasing": "jailbreak", "goodside": "prompt_injection", "sata": "jailbreak", "goat": "jailbreak",
}  # fmt: skip


def detect(document: Located) -> str:
    value = document.value
    if type(value) is dict:
        return "garak-digest" if value.get("entry_type") == "digest" and "eval" in value else ""
    if type(value) is not list or not value:
        return ""
    entries = [mapping(entry) for entry in value[:50]]
    kinds = {entry["entry_type"] for entry in entries if type(entry.get("entry_type")) is str}
    if kinds & _ENTRIES and all("entry_type" in entry for entry in entries):
        return "garak-report"
    return "garak-hitlog" if all(entry.keys() >= _HIT for entry in entries) else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    draft = Draft("Model", document)
    value = document.value
    if format == "garak-digest":
        _digest(draft, mapping(value), ())
    elif type(value) is list:
        (_report if format == "garak-report" else _hits)(draft, value)
    return [draft] if "robustness" in draft.tree else []


def _report(draft: Draft, entries: list[Any]) -> None:
    """The evaluations; where there are none, what a digest says of them."""
    run = _run(draft, entries)
    if not any(mapping(entry).get("entry_type") == "eval" for entry in entries):
        for index, entry in enumerate(entries):
            if mapping(entry).get("entry_type") == "digest":
                _digest(draft, entry, (index,))
    for index, entry in enumerate(entries):
        if mapping(entry).get("entry_type") == "eval":
            _evaluated(draft, entry, (index,), run)
        else:
            draft.used.add((index,))  # attempts are what the evaluations count


def _run(draft: Draft, entries: list[Any]) -> Run:
    """What the entries before the attempts tell: version, time and target."""
    tool = tool_of("garak", None, (), (0, "entry_type"))
    date = None
    for index, entry in enumerate(entries):
        given_here = mapping(entry)
        if given_here.get("entry_type") in ("attempt", "eval"):
            continue
        for name in ("garak_version", "_config.version"):
            if name in given_here:
                tool = tool_of("garak", given_here[name], (index, name), (index,))
        for name in ("start_time", "transient.starttime_iso"):
            date = date or given(given_here.get(name), (index, name))
        for name in ("plugins.target_name", "plugins.model_name", "model_name"):
            draft.text("metadata.name", given_here.get(name), (index, name))
        target = mapping(given_here.get("meta"))  # a digest closes newer reports
        draft.text("metadata.name", target.get("target_name"), (index, "meta", "target_name"))
    return Run(tool=tool, date=date)


def _evaluated(draft: Draft, entry: dict[str, Any], at: Steps, run: Run) -> None:
    path = _begin(draft, entry.get("probe"), (*at, "probe"), entry.get("detector"), run, at)
    draft.used.add(at)
    total_field = "total_evaluated" if "total_evaluated" in entry else "total"
    total, passed = exact_number(entry.get(total_field)), exact_number(entry.get("passed"))
    failed = exact_number(entry.get("fails"))
    fit = total is not None and passed is not None and 0 <= passed <= total and _are_whole(total, passed)
    if total is None or passed is None or not fit or (failed is not None and passed + failed != total):
        draft.gap(f"{path}.attempts", "the counts of this evaluation do not fit each other", at)
        put_verdict(draft, path, Verdict(None, "the counts of this evaluation do not fit each other", at))
        return
    draft.put(f"{path}.attempts", total, (*at, total_field))
    draft.put(f"{path}.successes", total - passed, (*at, "passed"))
    if not total:
        put_verdict(draft, path, Verdict(None, "no output was evaluated", (*at, total_field)))
        return
    draft.put(f"{path}.success_rate", (total - passed) / total, (*at, "passed"))
    put_verdict(draft, path, Verdict(passed == total, "", (*at, "passed")))


def _digest(draft: Draft, digest: dict[str, Any], at: Steps) -> None:
    meta = mapping(digest.get("meta"))
    run = Run(
        tool_of("garak", meta.get("garak_version"), (*at, "meta", "garak_version"), (*at, "entry_type")),
        given(meta.get("start_time"), (*at, "meta", "start_time")),
    )
    for name in ("target_name", "model_name"):
        draft.text("metadata.name", meta.get(name), (*at, "meta", name))
    draft.used.add((*at, "meta"))
    for group, probes in mapping(digest.get("eval")).items():
        for probe, detectors in mapping(probes).items():
            for name, result in mapping(detectors).items():
                if (
                    not name.startswith("_")
                    and not probe.startswith("_")
                    and "absolute_score" in mapping(result)
                ):
                    _scored(draft, probe, name, result, (*at, "eval", group, probe, name), run)
    draft.used.update((*at, "eval", group) for group in mapping(digest.get("eval")))


def _scored(draft: Draft, probe: str, detector: str, result: dict[str, Any], at: Steps, run: Run) -> None:
    path = _begin(draft, probe, (*at[:-1], KEY), detector, run, at)
    source = (*at, "absolute_score")
    share = reading_of(metric_of("pass_rate"), result["absolute_score"])
    if share.value is None:
        draft.gap(f"{path}.success_rate", share.reason, source)
        put_verdict(draft, path, Verdict(None, share.reason, source))
        return
    draft.put(f"{path}.success_rate", Decimal(1) - share.value, source)
    put_verdict(draft, path, Verdict(share.value == 1, "", source))


def _are_whole(*counts: Decimal) -> bool:
    return all(count == count.to_integral_value() for count in counts)


def _hits(draft: Draft, hits: list[Any]) -> None:
    """One test for each probe and detector that hit; how often an attack was tried is not told."""
    run = Run(tool=tool_of("garak", None, (), (0,)))
    seen: set[tuple[str, str]] = set()
    generators = {str(mapping(hit).get("generator")) for hit in hits}
    if len(generators) == 1:
        draft.text("metadata.name", mapping(hits[0]).get("generator"), (0, "generator"))
    for index, hit in enumerate(hits):
        draft.used.add((index,))
        probe, detector = mapping(hit).get("probe"), mapping(hit).get("detector")
        if (str(probe), str(detector)) not in seen:
            seen.add((str(probe), str(detector)))
            path = _begin(draft, probe, (index, "probe"), detector, run, (index,))
            put_verdict(draft, path, Verdict(False, "", (index,)))


def _begin(draft: Draft, probe: Any, probe_source: Steps, detector: Any, run: Run, at: Steps) -> str:
    """A security test named by probe and detector, for one probe is judged by several detectors."""
    path = draft.entry("robustness.tests")
    if type(probe) is str and type(detector) is str:
        name = f"{probe} / {detector.removeprefix('detector.')}"
        draft.put(f"{path}.name", name, probe_source)
    if type(probe) is str:
        family = probe.removeprefix("probes.").partition(".")[0]
        draft.put(f"{path}.type", _TYPES.get(family, "red_team"), probe_source)
    run.of_attack(draft, path, at)
    return path

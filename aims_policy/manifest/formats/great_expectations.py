"""Validation results of Great Expectations, 0.9 to 1.x, and its checkpoints, to quality requirements of a Dataset.

Read are the results as JSON, and what ``describe()`` of a checkpoint's result prints from 1.0 on, which leaves out the
asset, the version and the time.

Each expectation is a requirement named by its type and column. An expectation about every value of a column reports the
per cent of those that were unexpected; the requirement's value is the fraction that was as expected, and its minimum
``mostly``. One that raised an exception was not evaluated: it neither passed nor failed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run, Verdict, given, put_verdict, said, tool_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("great-expectations",)
TITLE = "Great Expectations validation result"
VERSIONS = "0.9 to 1.x"
STRENGTH = "tool"
KEYS = told_by("success", "run_results", "validation_results")
YIELDS = {"great-expectations": ("Dataset",)}
IGNORED = frozenset(
    """success statistics suite_name suite_parameters evaluation_parameters id checkpoint_config run_id meta name
    result_url actions_results""".split()  # noqa: SIM905 - a list of words reads better
)

_COMPACT = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})T(\d{2})(\d{2})(\d{2})(\.\d+)?Z")


def detect(document: Located) -> str:
    value = mapping(document.value)
    if any(True for _ in _validations(value)):
        return "great-expectations"
    return ""


def convert(document: Located, _format: str) -> list[Draft]:
    """One Dataset for each validation of a checkpoint; validations of one asset are one Dataset."""
    drafts: dict[str, Draft] = {}
    for validation, at in _validations(mapping(document.value)):
        name = _asset(validation, at)
        draft = drafts.setdefault(str(name and name.value), Draft("Dataset", document))
        if name is not None:
            draft.text("metadata.name", name.value, name.source)
        run = _run(validation, at)
        listed = _listed(validation)
        for result, place in elements(validation.get(listed), (*at, listed)):
            if type(result) is dict and _expectation(result):
                _requirement(draft, result, place, run)
                draft.used.add(place)
        draft.used.update((*at, frame) for frame in ("meta", "statistics", "success"))
    return [draft for draft in drafts.values() if "quality" in draft.tree]


def _validations(value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The document itself, or the validations of a checkpoint's runs."""
    if _is_validation(value):
        yield value, ()
    for key, run in mapping(value.get("run_results")).items():
        for inner, at in ((mapping(run).get("validation_result"), ("validation_result",)), (run, ())):
            if _is_validation(mapping(inner)):
                yield mapping(inner), ("run_results", key, *at)
    for described, place in elements(value.get("validation_results"), ("validation_results",)):
        if _is_validation(mapping(described)):
            yield mapping(described), place


def _is_validation(value: dict[str, Any]) -> bool:
    results = value.get(_listed(value))
    if type(results) is not list or "success" not in value:
        return False
    return any(_expectation(mapping(result)) for result in results)


def _listed(validation: dict[str, Any]) -> str:
    return "results" if "results" in validation else "expectations"


def _config(result: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    """The expectation's settings and where they are: under a name of their own, or beside the result."""
    config = result.get("expectation_config")
    return (config, ("expectation_config",)) if type(config) is dict else (result, ())


def _expectation(result: dict[str, Any]) -> str:
    """The type of the expectation, called `expectation_type` before 1.0."""
    config, _ = _config(result)
    return next((name for name in ("type", "expectation_type") if type(config.get(name)) is str), "")


def _asset(validation: dict[str, Any], at: Steps) -> Given | None:
    meta = mapping(validation.get("meta"))
    for frame in ((), ("active_batch_definition",), ("batch_kwargs",), ("batch_spec",)):
        inner = meta
        for step in frame:
            inner = mapping(inner.get(step))
        if type(inner.get("data_asset_name")) is str:
            return Given(inner["data_asset_name"], (*at, "meta", *frame, "data_asset_name"))
    first = mapping(meta.get("data_asset_name"))  # before 0.9 it had parts
    place = (*at, "meta", "data_asset_name", "generator_asset")
    return given(first.get("generator_asset"), place) if type(first.get("generator_asset")) is str else None


def _run(validation: dict[str, Any], at: Steps) -> Run:
    meta, place = mapping(validation.get("meta")), (*at, "meta")
    version = next(
        (k for k in ("great_expectations_version", "great_expectations.__version__") if k in meta), ""
    )
    tool = tool_of("great_expectations", meta.get(version), (*place, version), (*at, _listed(validation)))
    run_id = meta.get("run_id")
    times = (
        given(mapping(run_id).get("run_time"), (*place, "run_id", "run_time")),
        given(meta.get("validation_time"), (*place, "validation_time")),
        given(meta.get("run_time"), (*place, "run_time")),
        given(run_id if type(run_id) is str else None, (*place, "run_id")),
    )
    return Run(tool, next((_written_out(time) for time in times if time is not None), None))


def _written_out(time: Given) -> Given:
    """``20190926T134241.000000Z``, as file names have it, with its dashes and colons."""
    match = _COMPACT.fullmatch(time.value.strip()) if type(time.value) is str else None
    if match is None:
        return time
    year, month, day, hour, minute, second, fraction = match.groups()
    return Given(f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction or ''}Z", time.source)


def _requirement(draft: Draft, result: dict[str, Any], at: Steps, run: Run) -> None:
    path = draft.entry("quality.requirements")
    (config, below), field = _config(result), _expectation(result)
    kwargs, place = mapping(config.get("kwargs")), (*at, *below, "kwargs")
    draft.put(f"{path}.measure", _named(config[field], kwargs), (*at, *below, field))
    verdict = _verdict(result, at)
    put_verdict(draft, path, verdict)
    run.of_requirement(draft, path)
    measured = mapping(result.get("result"))
    unexpected = exact_number(measured.get("unexpected_percent"))
    if verdict.passed is None:
        return
    if unexpected is not None and 0 <= unexpected <= 100:
        source = (*at, "result", "unexpected_percent")
        draft.put(f"{path}.value", (100 - unexpected) * Decimal("0.01"), source)
        draft.number(f"{path}.minimum", kwargs.get("mostly"), (*place, "mostly"))
    elif exact_number(measured.get("observed_value")) is not None:
        draft.number(f"{path}.value", measured["observed_value"], (*at, "result", "observed_value"))
        for bound, name in (("minimum", "min_value"), ("maximum", "max_value")):
            if exact_number(kwargs.get(name)) is not None:
                draft.number(f"{path}.{bound}", kwargs[name], (*place, name))


def _named(expectation: str, kwargs: dict[str, Any]) -> str:
    """The expectation with what it is about, so that two of one type are two measures."""
    columns = [kwargs.get(name) for name in ("column", "column_A", "column_B")]
    about = [column for column in columns if type(column) is str]
    several = kwargs.get("column_list") or kwargs.get("column_set")
    if type(several) is list:
        about += [column for column in several if type(column) is str]
    return f"{expectation}({', '.join(about)})" if about else expectation


def _verdict(result: dict[str, Any], at: Steps) -> Verdict:
    info, place = mapping(result.get("exception_info")), (*at, "exception_info")
    # From 0.18 on exceptions may be told by metric, each under a name of its own.
    for told, source in ((info, place), *((mapping(one), (*place, key)) for key, one in info.items())):
        if told.get("raised_exception") is True:
            return Verdict(None, said("the check could not run", told.get("exception_message")), source)
    if type(result.get("success")) is bool:
        return Verdict(result["success"], "", (*at, "success"))
    return Verdict(None, "neither passed nor failed", at)

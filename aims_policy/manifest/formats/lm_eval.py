"""Results of EleutherAI's lm-evaluation-harness (``results_*.json``), versions 0.3 and 0.4, to measurements of a Model.

``results`` holds, by task, ``metric`` (0.3) or ``metric,filter`` (0.4) and a number. A standard error is no confidence
bound and is left alone. ``groups`` repeats what ``results`` says of groups of tasks. The date is seconds since 1970.
Files of LightEval and of the Open LLM Leaderboard are laid out alike, with the model under ``config_general``; ``all``
in them is the mean over unlike tasks, and no result.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run, given, tool_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("lm-eval",)
TITLE = "lm-evaluation-harness result"
VERSIONS = "0.3 and 0.4, LightEval"
STRENGTH = "tool"
HOLDS = "results are numbers, by task under `results` and by metric below that"
KEYS = told_by("results")
IGNORED = frozenset(
    """versions n-shot configs config groups group_subtasks task_hashes model_source model_name_sanitized
    system_instruction system_instruction_sha fewshot_as_multiturn chat_template chat_template_sha start_time end_time
    total_evaluation_time_seconds pretty_env_info transformers_version upper_git_hash eot_token_id max_length
    tokenizer_pad_token tokenizer_eos_token tokenizer_bos_token samples higher_is_better n-samples
    results.alias git_hash config_tasks summary_tasks summary_general config_general""".split()  # noqa: SIM905 - a list of words reads better
)

_FRAME = frozenset(["versions", "configs", "lm_eval_version", "config_general"])
_MEAN = "all"
_PRETRAINED = re.compile(r"(?:^|,)(?:pretrained|model)=([^,]+)")


def detect(document: Located) -> str:
    value = mapping(document.value)
    results = value.get("results")
    started_by = mapping(value.get("config")).keys() >= {"model", "model_args"}
    if type(results) is not dict or not (started_by or _FRAME & value.keys()):
        return ""
    tasks = [task for task in results.values() if type(task) is dict]
    return "lm-eval" if tasks and len(tasks) == len(results) and any(map(_is_task, tasks)) else ""


def _is_task(task: dict[str, Any]) -> bool:
    return any(exact_number(value) is not None for value in task.values())


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    draft = Draft("Model", document)
    _name(draft, value)
    draft.used.add(("config",))  # how the harness was started
    run = Run(_tool(value), given(value.get("date"), ("date",)))
    results = mapping(value.get("results"))
    for task, metrics in results.items():
        if task == _MEAN and "config_general" in value:
            draft.used.add(("results", task))
            continue
        for key, number in mapping(metrics).items():
            if not _is_metric(key):
                draft.used.add(("results", task, key))
                continue
            _measurement(draft, value, task, key, number, run)
    return [draft] if "evaluation" in draft.tree or "fairness" in draft.tree else []


def _tool(value: dict[str, Any]) -> Given:
    """LightEval names itself by its commit; for the leaderboard's first years it started the harness: ``harness|…``."""
    general = mapping(value.get("config_general"))
    by_harness = any(task.startswith("harness|") for task in mapping(value.get("results")))
    if "lighteval_sha" in general and not by_harness:
        return Given("lighteval", ("config_general", "lighteval_sha", KEY))
    return tool_of("lm-evaluation-harness", value.get("lm_eval_version"), ("lm_eval_version",), ("results",))


def _is_metric(key: str) -> bool:
    name = key.partition(",")[0]
    return name not in ("alias", "samples", "name", "sample_len") and not name.endswith("_stderr")


def _measurement(draft: Draft, value: dict[str, Any], task: str, key: str, number: Any, run: Run) -> None:
    source: Steps = ("results", task, key)
    name = key.partition(",")[0]
    path = draft.measurement(key, number, (*source, KEY), source, convention="lm_eval")
    draft.used.add(("n-samples", task))  # what else is told there is the size of the whole task
    counts = mapping(mapping(value.get("n-samples")).get(task))
    samples = given(counts.get("effective"), ("n-samples", task, "effective"))
    run._replace(dataset=Given(task, ("results", task, KEY)), sample_size=samples).of_measurement(draft, path)
    better = mapping(mapping(value.get("higher_is_better")).get(task)).get(name)
    if type(better) is bool:
        draft.put(f"{path}.higher_is_better", better, ("higher_is_better", task, name))


def _name(draft: Draft, value: dict[str, Any]) -> None:
    """The model as the harness was told it: a name, or within the arguments of a loader."""
    if type(value.get("model_name")) is str:
        draft.text("metadata.name", value["model_name"], ("model_name",))
        return
    general = mapping(value.get("config_general"))
    draft.text("metadata.name", general.get("model_name"), ("config_general", "model_name"))
    draft.text("metadata.version", general.get("model_sha"), ("config_general", "model_sha"))
    arguments = mapping(value.get("config")).get("model_args")
    found = _PRETRAINED.search(arguments) if type(arguments) is str else None
    if found:
        draft.text("metadata.name", found[1], ("config", "model_args"))
    elif type(arguments) is dict:
        draft.text("metadata.name", arguments.get("pretrained"), ("config", "model_args", "pretrained"))

"""Model cards in JSON or YAML by the sections of "Model Cards for Model Reporting" (Mitchell et al. 2019), to a Model.

The paper has nine sections and no file format, so that spellings and layouts differ: names match in any case, with
spaces, hyphens or underscores; a section is a text, a list or fields. Known are also the headings that such cards add
(limitations, out-of-scope use) and fields that they have beside the sections instead of in them (a name, a licence).
Relevant factors are those with which performance varies, and so known limits; evaluation factors are not read, for
they may be groups of people as well as cameras. Results on training data and decision thresholds are no evaluation.

A card may have no sections, but a model's name and fields beside it: it is one by what only a card says (a licence, an
intended use, limits, results such as ``test_accuracy``) and one thing more. Fields of another meaning are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.fields import NOTHING, Fields, Table, headings_of, put_text, put_texts
from aims_policy.manifest.formats.card_sections.data import evaluated_on, tested_on, training_data
from aims_policy.manifest.formats.card_sections.flat import is_flat, put_beside
from aims_policy.manifest.formats.card_sections.names import COMPARISONS, RESULTS
from aims_policy.manifest.formats.card_sections.results import results
from aims_policy.manifest.paths import path_text

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("model-card",)
TITLE = "Model card with the paper's sections"
VERSIONS = "JSON and YAML"
STRENGTH = "declared"
IGNORED = frozenset(["$schema", "schema_version"])

_NINE = {
    "details": "model details|model detail|model information|model info|model overview|model metadata",
    "use": "intended use|intended uses",
    "factors": "factors",
    "metrics": "metrics",
    "evaluation data": "evaluation data",
    "training data": "training data",
    "analyses": "quantitative analyses|quantitative analysis",
    "ethics": "ethical considerations",
    "caveats": "caveats and recommendations|caveats & recommendations|caveats",
}
_ADDED = {
    "limits": "limitations|known limitations",
    "out of scope": """out of scope|out of scope use|out of scope uses|out of scope use cases|not for use
    |not intended for|not intended use|prohibited use|prohibited uses""",
    "model": "model name|model id|model type|model version|model",
    "results": "performance|performance metrics|evaluation results|evaluation metrics",
    "comparisons": "fairness|fairness metrics|fairness audit|fairness assessment|bias audit|bias metrics",
}
_TELLING = frozenset(["details", "use", "analyses", "ethics", "caveats"])
"""The others are anybody's words."""
_OF_MODELS = frozenset(["details", "model", "training data", "evaluation data", "analyses"])
_LEAST = 3
_HEADINGS = headings_of({**_NINE, **_ADDED})
_NEARLY = "|".join(
    [*(_NINE[key] for key in ("details", "use", "training data", "ethics")), _ADDED["limits"], "model name"]
)

_FRAMES = ("model card", "modelcard", "card", "sections")
_OTHERS = ("@context", "@graph", "apiVersion", "bomFormat", "spdxVersion", "dataset_name", "dataset_details")

_DETAIL_ROWS = (
    (("metadata.name", "text"), "name|model name|model id"),
    (("metadata.version", "text"), "version|model version"),
    (
        ("provenance.created", "text"),
        """date|model date|release date|date created|created|created date|created at|created utc|trained at
        |training date""",
    ),
    (("metadata.description", "text"), "description|overview|summary|model description"),
    (("metadata.owner", "text"), "owner|owners|model owner"),
    (
        ("metadata.owner", "text"),
        """developer|developers|developed by|organization|organisation|person or organization|developing organization
        |person or organization developing model|author|authors|model author""",
    ),
    (("metadata.owner", "text"), "contact|contact info|contact information|contacts|contact email"),
    (("design.task", "text"), "task|problem type|task type"),
    (("design.algorithm", "text"), "algorithm|model algorithm|model type|type|estimator"),
    (("design.architecture", "text"), "architecture|model architecture"),
    (
        ("design.training_method", "text"),
        "training algorithm|training algorithms|training procedure|information about training algorithms",
    ),
    (("design.inputs", "texts"), "input|inputs|input format|input features"),
    (("design.outputs", "texts"), "output|outputs|output format"),
    (("design.hyperparameters", "settings"), "hyperparameters|parameters|model parameters"),
    (("tooling.components[0].name", "text"), "framework|library"),
    (("tooling.components[0].version", "text"), "framework version|library version"),
    (("fairness.mitigations", "texts"), "fairness constraints"),
    (("provenance.license", "text"), "license|licence|licenses"),
    (("provenance.repository", "text"), "repository|source code|code repository|repo"),
    (("provenance.commit", "text"), "git commit|git sha|commit sha"),
    (("provenance.artifact_digest", "digest"), "sha256|weights sha256|model sha256|artifact sha256"),
    (("provenance.base_models[0].ref", "text"), "base model|parent model"),
    (("documentation[0].location", "text"), "paper|paper or other resource|more information|reference|references|url"),
)  # fmt: skip
_ONLY_WITHIN = frozenset(
    ["type", "date", "parameters", "created", "summary", "contact", "url", "input", "output"]
)
"""What these speak of is told by the section that they stand in, and not told beside the sections."""
_DETAILS = Table(_DETAIL_ROWS)
_DETAILS_BESIDE = Table(_DETAIL_ROWS, without=_ONLY_WITHIN)
_VERSION = Table(((("metadata.version", "text"), "name|number"), (("provenance.created", "text"), "date")))

_USES = Table(
    (
        (("intended_use.summary", "text"), "summary|description|purpose|overview"),
        (
            ("intended_use.use_cases", "texts"),
            """primary intended uses|primary intended use|primary uses|primary use|primary use cases|intended uses
        |use cases|primary use case|uses|primary|intended applications|appropriate use|appropriate uses""",
        ),
        (
            ("intended_use.users", "texts"),
            "primary intended users|intended users|primary users|users|target users",
        ),
        (("intended_use.out_of_scope", "texts"), _ADDED["out of scope"]),
        (("intended_use.domain", "text"), "domain"),
        (("limitations.known", "texts"), "limitations"),
    )
)
_CAVEATS = Table(
    (
        (("limitations.known", "texts"), "caveats|limitations|known limitations"),
        (("limitations.recommendations", "text"), "recommendations|recommendation"),
    )
)
_ROWS_BESIDE = (
    (("intended_use.out_of_scope", "texts"), _ADDED["out of scope"]),
    (("intended_use.users", "texts"), "intended users|primary intended users"),
    (("intended_use.use_cases", "texts"), "use cases|use case"),
    (("limitations.known", "texts"), _ADDED["limits"]),
    (("limitations.biases", "texts"), "biases|known biases"),
    (("limitations.recommendations", "text"), "recommendations|recommended mitigations"),
)
_BESIDE = Table(_ROWS_BESIDE)
_WITHIN_DETAILS = Table(
    (
        (("intended_use.summary", "text"), "purpose|intended use|intended uses"),
        *_ROWS_BESIDE,
    )
)
_MITIGATIONS = ("mitigations", "mitigation", "mitigation strategy", "mitigation strategies")
_TRAINED_ON = "training dataset|training datasets|train dataset"
_TESTED_ON = "test dataset|evaluation dataset|eval dataset"


def detect(document: Located) -> str:
    """Three headings of a card, one of them that only a card has, and one that speaks of a model; or its name."""
    root = Cursor(document.value, ())
    if type(root.value) is not dict or any(name in root.value for name in _OTHERS):
        return ""
    at = _card(root)
    card = Fields(at)
    found = card.told(_HEADINGS)
    has_sections = bool(found & _TELLING and found & _OF_MODELS) and len(found) >= _LEAST
    return "model-card" if has_sections or is_flat(at) else ""


def nearly(document: Located) -> str:
    """What to do about a file that has some heading of a card, but not those that make it one; "" of any other."""
    if not Fields(_card(Cursor(document.value, ()))).has(_NEARLY):
        return ""
    return (
        "a model card is recognised by three of its sections (`model_details`, `intended_use`, `factors`, `metrics`, "
        "`evaluation_data`, `training_data`, `quantitative_analyses`, `ethical_considerations`, "
        "`caveats_and_recommendations`), or by its `model_name` beside a licence, an intended use, limitations or "
        "results; `--as model-card` reads those that are there"
    )


def convert(document: Located, _format: str) -> list[Draft]:
    at = _card(Cursor(document.value, ()))
    card, draft = Fields(at), Draft("Model", document)
    details = card.to(_NINE["details"])
    if type(details.value) is dict:
        _fill(draft, Fields(details), _DETAILS)
        _fill(draft, Fields(details), _WITHIN_DETAILS)
    else:
        put_text(draft, "metadata.description", details)
    for frame in ("metadata", "model"):
        _fill(draft, Fields(card.to(frame)), _DETAILS)
    _fill(draft, card, _DETAILS_BESIDE)
    _use(draft, card.to(_NINE["use"]))
    _factors(draft, card.to(_NINE["factors"]))
    training_data(draft, card.to(_NINE["training data"]))
    training_data(draft, card.to(_TRAINED_ON), is_named=True)
    dataset = evaluated_on(draft, card.to(_NINE["evaluation data"])) or tested_on(draft, card.to(_TESTED_ON))
    for names in (_NINE["metrics"], _NINE["analyses"], f"{RESULTS}|results"):
        results(draft, card.to(names), dataset)
    results(draft, card.to(COMPARISONS), dataset, section="fairness")
    put_beside(draft, at, dataset)
    _ethics(draft, card.to(_NINE["ethics"]))
    _caveats(draft, card.to(_NINE["caveats"]))
    _fill(draft, card, _BESIDE)
    return [draft] if draft.tree else []


def _card(root: Cursor) -> Cursor:
    """The mapping that has the sections: the document, or what stands in it under the name of a card."""
    inner = Fields(root).to("|".join(_FRAMES))
    return inner if type(inner.value) is dict else root


def _fill(draft: Draft, given: Fields, table: Table[tuple[str, str]]) -> None:
    for (path, how), field in given.rows(table):
        _put(draft, path, how, field)


def _put(draft: Draft, path: str, how: str, field: Cursor) -> None:
    if how == "texts":
        put_texts(draft, path, field)
    elif how == "digest":
        draft.digest(path, *field)
    elif how == "settings":
        for name, value in field.entries():
            draft.text(path_text((*path.split("."), name)), *value)
    elif path == "metadata.version" and type(field.value) is dict:  # as in Google's toolkit
        _fill(draft, Fields(field), _VERSION)
    else:
        put_text(draft, path, field)


def _use(draft: Draft, use: Cursor) -> None:
    if type(use.value) is dict:
        _fill(draft, Fields(use), _USES)
    elif type(use.value) is list:
        put_texts(draft, "intended_use.use_cases", use)
    else:
        put_text(draft, "intended_use.summary", use)


def _factors(draft: Draft, factors: Cursor) -> None:
    if type(factors.value) is not dict:
        put_texts(draft, "limitations.known", factors)
        return
    given = Fields(factors)
    put_texts(draft, "limitations.known", given.to("relevant factors|relevant"))
    put_texts(draft, "fairness.groups", given.to("groups|demographic groups"))


def _caveats(draft: Draft, caveats: Cursor) -> None:
    if type(caveats.value) is dict:
        _fill(draft, Fields(caveats), _CAVEATS)
    elif caveats and caveats.at[-1:] != () and Fields.folded(str(caveats.at[-1])) == "caveats":
        put_texts(draft, "limitations.known", caveats)
    else:
        put_text(draft, "limitations.recommendations", caveats)


def _ethics(draft: Draft, ethics: Cursor) -> None:
    """A risk for each consideration. Mitigations that stand beside one risk are measures against it."""
    if type(ethics.value) is not dict:
        for item in ethics.each():
            _risk(draft, item, NOTHING)
        return
    given = Fields(ethics)
    mitigations = given.to("|".join(_MITIGATIONS))
    said = [item for _, field in ethics.entries() if field.at != mitigations.at for item in field.each()]
    for item in said:
        _risk(draft, item, mitigations if len(said) == 1 else NOTHING)


def _risk(draft: Draft, risk: Cursor, mitigations: Cursor) -> None:
    said = risk
    if type(risk.value) is dict:
        said = Fields(risk).to("description|name|risk|consideration|issue")
        mitigations = mitigations or Fields(risk).to("|".join(_MITIGATIONS))
    if type(said.value) is not str:
        return
    path = draft.entry("risk.entries")
    draft.put(f"{path}.description", *said)
    draft.put(f"{path}.dimension", "ethical", said.at)
    put_texts(draft, f"{path}.measures", mitigations)

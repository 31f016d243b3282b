"""What libraries of datasets write of them: Hugging Face `datasets` and TensorFlow Datasets, to a Dataset.

Of the former are ``dataset_info.json`` and ``dataset_infos.json``, which has one for each configuration; these are read
as one Dataset, as on a card. The files that a dataset was made from are its sources, with the digest taken when they
were downloaded. Builders that read any file of a kind (`json`, `imagefolder`) name no dataset, and version 0.0.0 is
what is filled in where none is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.formats.hf_card.front_matter import SPLITS
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("hf-dataset-info", "tfds-dataset-info")
TITLE = "What a library writes of a dataset"
VERSIONS = "dataset_info.json, dataset_infos.json"
STRENGTH = "declared"
YIELDS = {"hf-dataset-info": ("Dataset",), "tfds-dataset-info": ("Dataset",)}
_PASSED_OVER = frozenset(
    """citation builder_name config_name supervised_keys task_templates download_size size_in_bytes
    post_processed post_processing_size""".split()  # noqa: SIM905 - a list of words reads better
)
IGNORED = _PASSED_OVER | frozenset(
    """moduleName supervisedKeys downloadSize configName splits.filepathTemplate splits.numBytes splits.shardLengths
    fileFormat""".split()  # noqa: SIM905 - a list of words reads better
)

_ALWAYS = frozenset(["description", "citation", "homepage", "license"])
_ANY_FILE = frozenset(
    """json csv text parquet pandas arrow imagefolder audiofolder videofolder pdffolder webdataset generator spark sql
    xml hdf5 cache""".split()  # noqa: SIM905 - a list of words reads better
)
_UNVERSIONED = "0.0.0"
_INFO_TEXTS = {
    "description": ("metadata.description", "content.summary"),
    "license": ("acquisition.license",),
}
_OF_TFDS = frozenset(["moduleName", "fileFormat", "supervisedKeys", "sizeInBytes"])
_OF_SPLITS = frozenset(["shardLengths", "numShards", "statistics"])


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or not value:
        return ""
    first = value if "features" in value else next(iter(value.values()))
    if _is_info(first) and all(map(_is_info, (value,) if first is value else value.values())):
        return "hf-dataset-info"
    return "tfds-dataset-info" if _is_tfds(value) else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    value, draft = mapping(document.value), Draft("Dataset", document)
    if format == "tfds-dataset-info":
        _tfds(draft, value)
    else:
        infos = [(value, ())] if _is_info(value) else [(i, (n,)) for n, i in value.items() if _is_info(i)]
        for info, at in infos:
            _info(draft, info, at, alone=len(infos) == 1)
    return [draft] if draft.tree else []


def _is_info(info: Any) -> bool:
    if type(info) is not dict or type(info.get("features")) is not dict:
        return False
    return info.keys() >= _ALWAYS or ("builder_name" in info and type(info.get("splits")) is dict)


def _is_tfds(value: dict[str, Any]) -> bool:
    splits = value.get("splits")
    if type(value.get("name")) is not str or type(splits) is not list or not splits:
        return False
    return bool(value.keys() & _OF_TFDS) and all(mapping(split).keys() & _OF_SPLITS for split in splits)


def _info(draft: Draft, info: dict[str, Any], at: Steps, *, alone: bool) -> None:
    name = next((n for n in ("dataset_name", "builder_name") if info.get(n) not in (None, *_ANY_FILE)), None)
    if name is not None:
        draft.text("metadata.name", info[name], (*at, name))
    _version(draft, mapping(info.get("version")).get("version_str"), (*at, "version", "version_str"))
    for field, paths in _INFO_TEXTS.items():
        for path in paths:
            # Where one configuration leaves a text empty, another may have it.
            draft.text(path, info.get(field) if alone else info.get(field) or None, (*at, field))
    draft.text("documentation[0].location", info.get("homepage") or None, (*at, "homepage"))
    known = draft.tree.get("content", {}).get("features", ())
    for feature in mapping(info.get("features")):
        if feature not in known:
            draft.put("content.features[+]", feature, (*at, "features", feature, KEY))
        draft.used.add((*at, "features", feature))
    splits = mapping(info.get("splits"))
    for split in splits:
        _role(draft, split, (*at, "splits", split, KEY))
    if alone and len(splits) == 1:
        [(split, told)] = splits.items()
        draft.number(
            "content.records", mapping(told).get("num_examples"), (*at, "splits", split, "num_examples")
        )
    if alone and type(info.get("dataset_size")) is int:
        draft.put("acquisition.quantity", f"{info['dataset_size']} bytes", (*at, "dataset_size"))
    for address, told in mapping(info.get("download_checksums")).items():
        _downloaded(draft, address, mapping(told), (*at, "download_checksums", address))
    draft.used.update(
        (*at, field) for field in _PASSED_OVER | {"download_checksums", "version"} if field in info
    )


def _version(draft: Draft, version: Any, at: Steps) -> None:
    if version == _UNVERSIONED:
        draft.gap("metadata.version", "what the library fills in where no version is given", at)
    else:
        draft.text("metadata.version", version, at)


def _role(draft: Draft, split: Any, at: Steps) -> None:
    role = SPLITS.get(split) if type(split) is str else None
    if role is not None and role not in draft.tree.get("content", {}).get("role", ()):
        draft.put("content.role[+]", role, at)


def _downloaded(draft: Draft, address: str, told: dict[str, Any], at: Steps) -> None:
    path = draft.entry("provenance.sources")
    draft.put(f"{path}.name", address, (*at, KEY))
    draft.put(f"{path}.location", address, (*at, KEY))
    draft.digest(f"{path}.digest", told.get("checksum"), (*at, "checksum"))


def _tfds(draft: Draft, value: dict[str, Any]) -> None:
    draft.text("metadata.name", value.get("name"), ("name",))
    _version(draft, value.get("version"), ("version",))
    for path in ("metadata.description", "content.summary"):
        draft.text(path, value.get("description"), ("description",))
    licence = mapping(value.get("redistributionInfo")).get("license")
    draft.text("acquisition.license", licence, ("redistributionInfo", "license"))
    for item, place in elements(mapping(value.get("location")).get("urls"), ("location", "urls")):
        draft.put(f"{draft.entry('documentation')}.location", item, place)
    version = value.get("version")
    if type(version) is str:
        change = mapping(value.get("releaseNotes")).get(version)
        draft.text("lifecycle.change_summary", change, ("releaseNotes", version))
        draft.used.add(("releaseNotes",))  # what is left of them speaks of other versions
    for item, place in elements(mapping(value.get("schema")).get("feature"), ("schema", "feature")):
        if mapping(item).get("name") is not None:
            draft.put("content.features[+]", item["name"], (*place, "name"))
    splits = list(elements(value.get("splits"), ("splits",)))
    for item, place in splits:
        _role(draft, mapping(item).get("name"), (*place, "name"))
    if len(splits) == 1:
        _records(draft, mapping(splits[0][0]), splits[0][1])


def _records(draft: Draft, split: dict[str, Any], at: Steps) -> None:
    """Those of the split's only shard, or what the statistics of older files counted."""
    shards = list(elements(split.get("shardLengths"), (*at, "shardLengths")))
    if len(shards) == 1:
        draft.number("content.records", *shards[0])
    counted = mapping(split.get("statistics")).get("numExamples")
    if exact_number(counted) is not None:
        draft.number("content.records", counted, (*at, "statistics", "numExamples"))

"""Evidence in files: listed by a manifest, or handed over; what is read, what is refused, and what it says then."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.evidence.files import Given, attach, attach_files, standalone
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError
from aims_policy.source.strength import TOOL, graded

SHAPES = shapes()


def text(kind: str, name: str, **spec: Any) -> str:
    return json.dumps(
        {"apiVersion": "aims/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}, indent=1
    )


def model(*evidence: Any, name: str = "scorer") -> str:
    return text("Model", name, **({"evidence": list(evidence)} if evidence else {}))


CARD = text("Model", "scorer", provenance={"license": "mit"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop" / "inventory").mkdir(parents=True)
    (tmp_path / "shop" / "reports").mkdir()
    (tmp_path / "shop" / "inventory" / "card.json").write_text(CARD)
    (tmp_path / "shop" / "reports" / "card.json").write_text(CARD)
    (tmp_path / "outside.json").write_text(CARD)
    return tmp_path / "shop"


def submitted(folder: Path, content: str) -> Manifest:
    file = folder / "inventory" / "model.json"
    file.write_text(content)
    [found] = read(str(file), SHAPES, root=str(folder))
    return found


def refused(folder: Path, content: str) -> Any:
    with pytest.raises(SourceError) as caught:
        submitted(folder, content)
    [diagnostic] = caught.value.diagnostics
    return diagnostic


def test_listed_files_are_read_and_merged(folder: Path) -> None:
    digest = f"sha256:{hashlib.sha256(CARD.encode()).hexdigest()}"
    found = submitted(folder, model({"file": "card.json", "digest": digest, "format": "aims"}))
    assert found.data["provenance"] == {"license": "mit"}
    assert [(s.file, s.format, s.digest, s.strength) for s in found.sources] == [
        (str(folder / "inventory" / "card.json"), "aims", digest, "declared")
    ]


def test_the_workspace_may_hold_them_elsewhere(folder: Path) -> None:
    assert submitted(folder, model({"file": "../reports/card.json"})).data["provenance"]
    with pytest.raises(
        SourceError
    ) as caught:  # without a workspace around it the manifest's own folder is all
        read(str(folder / "inventory" / "model.json"), SHAPES)
    assert caught.value.diagnostics[0].code == "outside-workspace"


def test_an_empty_list_lists_nothing(folder: Path) -> None:
    assert submitted(folder, text("Model", "scorer", evidence=[])).sources == ()


@pytest.mark.parametrize(
    ("entries", "code", "said"),
    [
        ([{"file": "../../outside.json"}], "outside-workspace", "`../../outside.json` lies outside"),
        ([{"file": "link.json"}], "outside-workspace", "`link.json`"),
        ([{"file": "/etc/hostname"}], "outside-workspace", "`/etc/hostname`"),
        ([{"file": "gone.json"}], "cannot-read", "no such file"),
        ([{"file": "../inventory"}], "cannot-read", "is a directory"),
        ([{"file": "pipe"}], "cannot-read", "not a regular file"),
        ([{"file": "a\0b"}], "cannot-read", "null byte"),
        (
            [{"file": "https://example.org/report.json"}],
            "cannot-read",
            "this is an address, and nothing is fetched",
        ),
        ([{"file": "file:///etc/passwd"}], "cannot-read", "this is an address, and nothing is fetched"),
        (
            [{"file": "card.json", "digest": "sha256:" + "0" * 64}],
            "wrong-digest",
            "not the file with this digest",
        ),
        ([{"file": "card.json", "digest": "latest"}], "wrong-digest", "not the file with this digest"),
        ([{"file": "other.json"}], "other-asset", "speaks of model/other, and not of model/scorer"),
        ([{"file": "data.json"}], "other-asset", "evidence on a Dataset, and this is a Model"),
        ([{"file": "card.json", "format": "junitt"}], "unknown-format", "`junitt`"),
        ([{"file": "nested.json"}], "no-folder", "cannot be read"),
        ([{"file": "broken.json"}], "syntax", ""),
        ([{"digest": "sha256:" + "0" * 64}], "missing-field", "does not name its file"),
        ([{"file": "TODO"}], "missing-field", "does not name its file"),
        ([{"file": "card.json"}, None], "missing-field", "does not name its file"),
        ([{"file": "card.json"}] * 101, "too-many-files", "101 files"),
    ],
)
def test_what_is_refused(folder: Path, entries: Any, code: str, said: str) -> None:
    place = folder / "inventory"
    (place / "link.json").symlink_to(folder.parent / "outside.json")
    os.mkfifo(place / "pipe")
    (place / "other.json").write_text(model(name="other"))
    (place / "data.json").write_text(text("Dataset", "scorer"))
    (place / "nested.json").write_text(model({"file": "card.json"}))
    (place / "broken.json").write_text('{"apiVersion": ')
    diagnostic = refused(folder, model(*entries))
    assert said in diagnostic.message
    if code != "syntax":
        assert diagnostic.code == code
    assert diagnostic.line >= 1
    if code not in ("unknown-format", "no-folder", "syntax"):
        assert diagnostic.file.endswith("model.json")


def test_another_name_for_the_asset_is_said_beside_the_file(folder: Path) -> None:
    (folder / "inventory" / "other.json").write_text(CARD.replace("scorer", "clf-7"))
    assert submitted(folder, model({"file": "other.json", "asset": "clf-7"})).data["provenance"]


def test_without_a_file_of_its_own_a_manifest_lists_in_vain() -> None:
    """A request must not make a server read its files."""
    with pytest.raises(SourceError) as caught:
        read_data(model({"file": "card.json"}).encode(), "request", SHAPES)
    assert caught.value.diagnostics[0].code == "no-folder"


def test_a_report_in_the_inventory_is_no_asset(folder: Path) -> None:
    found = submitted(folder, model({"file": "card.json"}))
    [card] = read(str(folder / "inventory" / "card.json"), SHAPES)
    assert standalone([card, found]) == [found]
    assert standalone([card]) == [card]


# --- handed over ------------------------------------------------------------------------------------------


def piece(
    kind: str = "Model", name: str = "scorer", *, named: bool = True, strength: str = "declared", **spec: Any
) -> Manifest:
    [found] = read_data(text(kind, name, **spec).encode(), f"{name}.json", SHAPES)
    found = found.with_data(graded(found.data, strength))
    object.__setattr__(found, "source", found.source._replace(strength=strength))
    object.__setattr__(found, "is_named", named)
    return found


RESULT = {"evaluation": {"measurements": [{"metric": "auc", "value": 0.8}]}, "design": {"task": "ranking"}}


def test_each_piece_goes_to_the_asset_that_it_names() -> None:
    manifests = [piece(name="a"), piece(name="b"), piece("Dataset", "a")]
    found = attach(manifests, [piece(name="b", **RESULT), piece("Dataset", "a", content={"role": ["test"]})])
    assert [bool(m.sources) for m in found] == [False, True, True]


def test_a_report_that_names_nothing_goes_to_the_one_manifest_there_is() -> None:
    report = piece(name="report", named=False, strength=TOOL, **RESULT)
    [found] = attach([piece()], [report])
    assert found.sources[0].strength == TOOL
    with pytest.raises(SourceError, match="could be any of model/a, model/b"):
        attach([piece(name="a"), piece(name="b")], [report])
    one, other = attach([piece(name="a"), piece(name="b")], [report], asset="model/b")
    assert (one.sources, len(other.sources)) == ((), 1)


@pytest.mark.parametrize("asset", ["", "model/scorer"])
@pytest.mark.parametrize("named", [False, True])
def test_evidence_on_another_kind_is_refused_for_that(named: bool, asset: str) -> None:
    """Whose name it is under would not help: drift of data says nothing of a model."""
    drift = piece("Dataset", "drift", named=named, strength=TOOL, quality={"requirement_count": 2})
    with pytest.raises(
        SourceError, match="evidence on a Dataset, and none is decided here: model/s"
    ) as caught:
        attach([piece()], [drift], asset=asset)
    assert "`spec.evidence` of its Dataset's manifest" in str(caught.value.diagnostics[0].help)


def test_evidence_on_another_asset_is_refused_unless_it_is_told_whose_it_is() -> None:
    other = piece(name="clf-7", **RESULT)
    with pytest.raises(
        SourceError, match="speaks of model/clf-7, and of none of what is decided here: model/scorer"
    ):
        attach([piece()], [other])
    assert attach([piece()], [other], asset="model/scorer")[0].sources
    with pytest.raises(SourceError, match="`model/scorr`, which is not decided here"):
        attach([piece()], [other], asset="model/scorr")


def test_evidence_of_another_kind_is_refused_even_so() -> None:
    for asset in ("", "model/scorer"):
        with pytest.raises(SourceError):
            attach([piece()], [piece("Dataset", content={"role": ["test"]})], asset=asset)


def test_a_tools_report_may_speak_of_a_whole_system() -> None:
    report = piece(name="report", named=False, strength=TOOL, **RESULT)
    [found] = attach([piece("AISystem", "desk")], [report])
    assert found.data["evaluation"]["measurements"][0]["value"]
    assert "design" not in found.data
    with pytest.raises(SourceError):  # a card of a model does not describe a system
        attach([piece("AISystem", "desk")], [piece(name="desk", **RESULT)])


def test_files_are_handed_over_by_name(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text(CARD)
    [found] = attach_files([piece()], [Given(str(card))], SHAPES)
    assert found.data["provenance"] == {"license": "mit"}
    with pytest.raises(SourceError):
        attach_files([piece()], [Given(str(tmp_path / "gone.json"))], SHAPES)

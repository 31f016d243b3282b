"""``aims convert`` and ``aims formats`` as real processes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aims_policy.manifest.foreign.formats_read import formats_read, is_installed
from aims_policy.manifest.foreign.read import format_names
from tests.commands.conftest import BAD, GOOD, LISTING, ROOT

SAMPLES = ROOT / "tests" / "manifest" / "formats"
CARD = json.dumps(
    {
        "ModelCardName": "churn",
        "Content": json.dumps(
            {
                "model_overview": {"model_owner": "Ada", "model_version": "2"},
                "intended_uses": {"purpose_of_model": "TODO", "risk_rating": "High"},
            }
        ),
    },
    indent=1,
)
BOM = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"type": "data", "name": "loans/2025", "description": "Loans: the\nwhole portfolio."},
            {"type": "machine-learning-model", "name": "scorer", "version": "7"},
        ],
    }
)


def outcomes(report: str) -> list[Any]:
    return [
        [(f["rule"], f["outcome"]) for f in decision["findings"]]
        for decision in json.loads(report)["decisions"]
    ]


def test_a_converted_card_says_where_values_came_from_and_what_is_missing(aims: Any) -> None:
    ran = aims("convert", aims.write("card.json", CARD))
    assert ran.code == 0, ran
    assert "  owner: Ada  # from card.json:3\n" in ran.out
    assert "    tier: high  # from card.json:3\n" in ran.out
    assert "no evidence: intended_use.summary, placeholder `TODO` (card.json:3)" in ran.out
    assert "Traceback" not in ran.err


def test_what_was_converted_is_decided_as_the_original_is(aims: Any) -> None:
    card = aims.write("card.json", CARD)
    for name in ("native.yaml", "native.json"):
        made = aims("convert", card, "-o", name, "--format", name.rpartition(".")[2])
        assert (made.code, made.out) == (0, ""), made
        ran = [aims("evaluate", file, "--policy", "iso42001", "--format", "json") for file in (card, name)]
        assert ran[0].code == ran[1].code == 1
        assert outcomes(ran[0].out) == outcomes(ran[1].out)
        assert len(outcomes(ran[0].out)[0]) > 50


COUNTED = LISTING.replace("evidence: [{file: ../reports/counted.yaml}]", "content: {records: 3}")


@pytest.mark.parametrize("name", ["native.yaml", "apart/below/native.json"])
def test_evidence_from_other_files_stays_there_and_is_found_from_where_the_result_lies(
    aims: Any, name: str
) -> None:
    """Written into the manifest a tool's result would be anybody's word."""
    aims.write("reports/counted.yaml", COUNTED)
    original = aims.write("models/listing.yaml", LISTING)
    (aims.folder / name).parent.mkdir(parents=True, exist_ok=True)
    assert aims("convert", original, "-o", name, "--format", name.rpartition(".")[2]).code == 0
    text = (aims.folder / name).read_text(encoding="utf-8")
    assert "records" not in text
    before, after = (aims("evaluate", file, "--format", "json") for file in (original, name))
    assert outcomes(before.out) == outcomes(after.out) == [[("t/owner", "pass"), ("t/records", "fail")]]
    [subject] = [d["subject"] for d in json.loads(after.out)["decisions"]]
    assert [s["file"] for s in subject["sources"]] == ["reports/counted.yaml"]


def test_the_organizations_own_rules_say_what_is_missing(aims: Any) -> None:
    ran = aims("convert", aims.write("bom.json", BOM))
    assert ran.out.count("  # owner: TODO  # Person or post that answers for the asset (t/owner)") == 2
    assert "# records: TODO  # Number of records; whole number, at least 0 (t/records)" in ran.out


def test_a_manifest_is_not_written_over_itself(aims: Any) -> None:
    """What its author remarked in it would be gone."""
    text = GOOD + "# remember: ask Ada\n"
    file = aims.write("inventory/loans.yaml", text)
    for output in (file, str(aims.folder / file), "inventory/../inventory/loans.yaml"):
        ran = aims("convert", file, "-o", output)
        assert ran.code == 2
        assert "the file that is read" in ran.err
    assert (aims.folder / file).read_text(encoding="utf-8") == text


def test_what_a_rule_asks_for_is_shown_to_fill_in(aims: Any) -> None:
    rule = aims("explain", "t/records")
    form = "To write, in the Dataset manifest\n\n  spec:\n    content:\n      records: TODO"
    assert form in rule.out
    file = aims.write("bare.yaml", "{apiVersion: aims/v1, kind: Dataset, metadata: {name: bare}}")
    assert form in aims("explain", "t/records", file).out
    given = aims.write("given.yaml", BAD)
    assert "To write" not in aims("explain", "t/records", given).out
    narrow = aims("explain", "t/records", file, COLUMNS="60").out
    assert "      # Number of records; whole number, at least 0\n      records: TODO\n" in narrow
    assert "  metadata:\n    owner: TODO  # " in aims("explain", "t/owner", file).out


def test_the_report_names_the_commands_that_say_what_to_write(aims: Any) -> None:
    file = aims.write("my manifest.yaml", "{apiVersion: aims/v1, kind: Dataset, metadata: {name: bare}}")
    shown = " ".join(aims("evaluate", file).out.split())
    for hint in ("aims explain t/owner 'my manifest.yaml'", "aims convert 'my manifest.yaml' --for-decision"):
        assert f"`{hint}" in shown
    assert aims("explain", "t/owner", file).code == 1
    assert (
        "aims explain t/owner MANIFEST`"
        in aims("evaluate", "-", stdin=b"{apiVersion: aims/v1, kind: Dataset, metadata: {name: bare}}").out
    )


def test_several_assets_are_a_stream_or_files_of_their_own(aims: Any) -> None:
    bom = aims.write("bom.json", BOM)
    stream = aims("convert", bom)
    assert stream.out.count("apiVersion: aims/v1") == 2
    aims.write("stream.yaml", stream.out)
    assert aims("evaluate", "stream.yaml", "--format", "json").code == 1
    assert aims("convert", bom, "--format", "json").code == 2
    made = aims("convert", bom, "--output-dir", "converted")
    assert made.out.splitlines() == ["converted/dataset-loans-2025.yaml", "converted/model-scorer.yaml"]
    assert made.code == 0
    again = aims("convert", bom, "--output-dir", "converted")
    assert again.code == 2
    assert "exists already; nothing was written" in again.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Missing argument"),
        (("nowhere.json",), 4, "cannot-read"),
        (("bom.json", "--as", "cyclondx"), 2, "Did you mean `cyclonedx`?"),
        (("bom.json", "-o", "a.yaml", "--output-dir", "b"), 2, "give one of the two"),
        (("bom.json", "-o", "no/such/folder.yaml"), 2, "cannot write"),
        (("none.json",), 4, "unknown-format"),
        (("web.yaml",), 4, "no-asset"),
    ],
)
def test_what_cannot_be_converted_is_said(
    arguments: tuple[str, ...], code: int, said: str, aims: Any
) -> None:
    aims.write("bom.json", BOM)
    aims.write("none.json", '{"minutes": "We met."}')
    aims.write("web.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n")
    ran = aims("convert", *arguments)
    assert (ran.code, ran.out) == (code, ""), ran
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_objects_that_run_no_model_are_passed_over_in_a_folder(aims: Any) -> None:
    aims.write("deploy/bom.json", BOM)
    aims.write("deploy/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")
    ran = aims("convert", "deploy")
    assert ran.code == 0, ran
    assert "passed over: deploy/service.yaml" in ran.err
    assert ran.out.count("apiVersion") == 2


def test_a_logged_model_is_found_in_its_folder_and_named_after_it(aims: Any) -> None:
    sample = SAMPLES / "mlflow-model" / "full" / "input.yaml"
    aims.write("runs/credit-scorer/MLmodel", sample.read_bytes())
    ran = aims("convert", "runs")
    assert ran.code == 0, ran
    assert "  name: credit-scorer  # from the name of the file\n" in ran.out
    assert "from runs/credit-scorer/MLmodel:33" in ran.out


def test_one_unreadable_file_among_others(aims: Any) -> None:
    ran = aims("convert", aims.write("bom.json", BOM), aims.write("bad.json", "{"))
    assert ran.code == 4
    assert ran.out.count("apiVersion") == 2
    assert "bad.json:1" in ran.err


def test_stdin_is_converted(aims: Any) -> None:
    ran = aims("convert", "-", stdin=CARD.encode())
    assert ran.code == 0
    assert "  name: churn  # from <stdin>:2\n" in ran.out


def test_formats_are_listed(aims: Any) -> None:
    table = aims("formats")
    assert (table.code, table.err) == (0, "")
    assert [line.split()[0] for line in table.out.splitlines() if line[0] != " "] == [
        "NAME",
        *[one.name for one in formats_read()],
    ]
    listed = json.loads(aims("formats", "--format", "json").out)
    assert [one["name"] for one in listed] == [one.name for one in formats_read()]
    assert listed[0] == {
        "name": "aims",
        "title": "Native manifest",
        "versions": "aims/v1",
        "strength": "declared",
        "kinds": ["Model", "Dataset", "AISystem", "Supplier", "Organization"],
        "extra": "",
        "installed": True,
    }


def test_every_format_says_whose_word_it_is_and_which_kinds_it_yields() -> None:
    listed = {one.name: one for one in formats_read()}
    assert set(listed) == set(format_names())
    for one in listed.values():
        assert one.title
        assert one.strength in ("declared", "tool")
        assert set(one.kinds) <= {"Model", "Dataset", "AISystem", "Supplier", "Organization"}
    for expected in SAMPLES.glob("*/*/expected.json"):
        found = json.loads(expected.read_text(encoding="utf-8"))
        for manifest in found if isinstance(found, list) else ():
            assert manifest["kind"] in listed[manifest["format"]].kinds, expected


def test_an_extra_is_installed_where_all_it_asks_for_is() -> None:
    assert is_installed("dev")
    assert not is_installed("no-such-extra")

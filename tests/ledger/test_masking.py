"""What is masked is written nowhere; what cannot be masked for certain is not written at all, and that is an alarm."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.decision import evaluate
from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger import Entry, Input, LedgerError, Record, open_ledger
from aims_policy.ledger.inputs import inputs_of
from aims_policy.ledger.masking import MaskingError, _cut, alarms, check_pointers
from aims_policy.policy.bundle import Bundle
from aims_policy.source import SourceError, read_bytes
from tests.decision.conftest import AT
from tests.ledger.conftest import make_bundle, read_text, rule

MAIL = "ada.lovelace@example.org"
MANIFEST = f"""\
apiVersion: aims/v1
kind: Dataset
metadata: {{name: loans, owner: {MAIL}}}   # who to ask
spec:
  risk: {{tier: high}}
  governance:
    owner: "{MAIL}"
    access: >
      Write to
      {MAIL}
  content: {{records: 5}}
"""
READS = rule("t/owner", f'metadata.owner == "nobody" or governance.owner == "nobody {MAIL[:3]}"')
WHOLE = rule("t/governance", 'governance.owner != "x" and content.records > 10')


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_bundle(tmp_path_factory.mktemp("masking"), READS, WHOLE)


def recorded(bundle: Bundle, text: str, name: str = "file.yaml") -> Record:
    [manifest] = read_text(text, name)
    return Record(evaluate(manifest, bundle, at=AT), "cli", inputs=inputs_of(manifest))


def bytes_of(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())


MASK = ("/metadata/owner", "/spec/governance")


def test_a_masked_value_is_written_nowhere(tmp_path: Path, bundle: Bundle) -> None:
    record = recorded(bundle, MANIFEST)
    shown = [e.value for f in record.decision.findings for e in f.evidence]
    assert MAIL in shown
    with open_ledger(str(tmp_path / "l.db"), keep_inputs=True, mask=MASK) as ledger:
        [entry] = ledger.append([record])
        assert entry.inputs[0].masked == ("/metadata/owner", "/spec/governance")
        assert entry.inputs[0].digest == record.decision.subject.digest
        kept = entry.inputs[0].content
        assert kept is not None
        assert b"who to ask" in kept
        assert kept.count(b"\n") == MANIFEST.count("\n")
        evidence = {e["path"]: e for f in json.loads(entry.decision)["findings"] for e in f["evidence"]}
        assert evidence["metadata.owner"]["value"] == "<masked>"
        assert evidence["governance.owner"]["value"] == "<masked>"
        assert evidence["content.records"]["value"] == 5
        assert MAIL.encode() not in bytes_of(tmp_path)
    assert alarms([entry]) == []
    assert MAIL.encode() not in bytes_of(tmp_path)


def test_masked_values_are_not_in_decisions_of_a_ledger_without_inputs(
    tmp_path: Path, bundle: Bundle
) -> None:
    with open_ledger(str(tmp_path / "l.db"), mask=MASK) as ledger:
        [entry] = ledger.append([recorded(bundle, MANIFEST)])
    assert entry.inputs[0].content is None
    assert "<masked>" in entry.decision
    assert MAIL.encode() not in bytes_of(tmp_path)


def shown(entry: Entry) -> dict[str, object]:
    """What the findings of an entry show to have been read, by path."""
    return {e["path"]: e["value"] for f in json.loads(entry.decision)["findings"] for e in f["evidence"]}


LISTS = f"""\
apiVersion: aims/v1
kind: Dataset
metadata: {{name: loans, owner: {MAIL}}}
spec:
  content: {{languages: [xy, de], records: 5}}
"""


@pytest.mark.parametrize(
    ("pointer", "languages", "records"),
    [
        ("/spec/content/languages/0", "<masked>", 5),  # what holds a masked value, too, however short that is
        ("/spec/content/languages", "<masked>", 5),
        ("/spec/content/records", ["xy", "de"], "<masked>"),
        ("/spec/content", "<masked>", "<masked>"),
        ("/metadata/owner", ["xy", "de"], 5),
    ],
)
def test_evidence_is_masked_by_its_place_and_limits_never(
    tmp_path: Path, pointer: str, languages: object, records: object
) -> None:
    lists = make_bundle(
        tmp_path,
        rule("t/languages", 'content.languages == ["fr"]'),
        rule("t/records", "content.records >= appetite.evaluation.sample_size.min"),
    )
    with open_ledger(str(tmp_path / "l.db"), mask=(pointer,)) as ledger:
        record = recorded(lists, LISTS)
        unmasked = {e.path: e.value for f in record.decision.findings for e in f.evidence}
        [entry] = ledger.append([record])
    found = shown(entry)
    assert (found["content.languages"], found["content.records"]) == (languages, records)
    limit = "appetite.evaluation.sample_size.min"
    assert found[limit] == unmasked[limit]


def test_a_masked_value_is_masked_wherever_evidence_repeats_it(tmp_path: Path) -> None:
    lists = make_bundle(tmp_path, rule("t/languages", 'content.languages == ["fr"] and content.records > 9'))
    with open_ledger(str(tmp_path / "l.db"), mask=("/metadata/owner",)) as ledger:
        [entry] = ledger.append([recorded(lists, LISTS.replace("xy", MAIL))])
        [plain] = ledger.append([recorded(lists, LISTS.replace("xy", "ada"))])
    assert shown(entry)["content.languages"] == "<masked>"
    assert shown(plain)["content.languages"] == ["ada", "de"]


@pytest.mark.parametrize(("at_hand", "reason"), [(True, "placeholder `TODO`"), (False, "<masked>")])
def test_what_stands_instead_of_evidence_is_masked_where_its_file_is_not_at_hand(
    tmp_path: Path, at_hand: bool, reason: str
) -> None:
    owners = make_bundle(tmp_path, rule("t/owner", 'governance.owner != "x"'))
    record = recorded(owners, MANIFEST.replace(f'owner: "{MAIL}"', "owner: TODO"))
    if not at_hand:
        record = record._replace(inputs=tuple(i._replace(content=None) for i in record.inputs))
    with open_ledger(str(tmp_path / "l.db"), mask=("/metadata/owner",)) as ledger:
        [entry] = ledger.append([record])
    [gap] = [g for f in json.loads(entry.decision)["findings"] for g in f["missing"]]
    assert (gap["path"], gap["reason"]) == ("governance.owner", reason)


@pytest.mark.parametrize("part", ["message", "help", "source_line"])
def test_a_masked_value_is_in_no_notice(tmp_path: Path, bundle: Bundle, part: str) -> None:
    record = recorded(bundle, MANIFEST)
    notice = Diagnostic("doubtful", "a message")._replace(**{part: f"`{MAIL}` stands here"})
    told = record._replace(decision=record.decision._replace(notices=(notice,)))
    with open_ledger(str(tmp_path / "l.db"), mask=MASK) as ledger:
        [entry] = ledger.append([told])
    assert "doubtful" in entry.decision
    assert MAIL.encode() not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            f"apiVersion: aims/v1\nkind: Dataset\nmetadata: {{name: a, owner: {MAIL}}}  # that is {MAIL}\n",
            "a masked value also stands in a comment",
        ),
        (
            f"apiVersion: aims/v1\nkind: Dataset\nmetadata: {{name: a, owner: &o {MAIL}, description: *o}}\n",
            "it cannot be read",
        ),
    ],
)
def test_what_cannot_be_masked_is_withheld_and_an_alarm(
    tmp_path: Path, bundle: Bundle, caplog: pytest.LogCaptureFixture, text: str, why: str
) -> None:
    with (
        caplog.at_level(logging.ERROR, "aims_policy.ledger"),
        open_ledger(str(tmp_path / "l.db"), keep_inputs=True, mask=("/metadata/owner",)) as ledger,
    ):
        [entry] = ledger.append([recorded(bundle, text)])
    [alarm] = alarms([entry])
    assert (alarm.code, alarm.message, alarm.file) == (
        "masking-failed",
        f"masking failed: {why}",
        "file.yaml",
    )
    assert "masking-failed" in caplog.text
    assert MAIL not in caplog.text
    assert entry.inputs[0].content is None
    assert MAIL.encode() not in bytes_of(tmp_path)


def test_without_the_file_at_hand_all_its_evidence_is_masked(tmp_path: Path, bundle: Bundle) -> None:
    record = recorded(bundle, MANIFEST)
    bare = record._replace(inputs=tuple(i._replace(content=None) for i in record.inputs))
    with open_ledger(str(tmp_path / "l.db"), mask=MASK) as ledger:
        entries = ledger.append([bare, record._replace(inputs=())])
        assert [a.message for a in alarms(entries)] == [
            "masking failed: its content is not at hand",
            "masking failed: it is not among the inputs",
        ]
    assert MAIL.encode() not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    "pointer", ["owner", "metadata/owner", "/a~2b", "/metadata/name", "/*/name", "/*", "/kind", "/"]
)
def test_a_pointer_that_is_none_is_refused(tmp_path: Path, pointer: str) -> None:
    if pointer == "/":  # the empty key: a pointer, if a strange one
        check_pointers((pointer,))
        return
    with pytest.raises(LedgerError) as refused:
        open_ledger(str(tmp_path / "l.db"), mask=("/spec/contact", pointer))
    assert refused.value.diagnostic.code == "bad-pointer"
    assert not list(tmp_path.iterdir())


TEXTS = st.text("abc \n:#'\"{}[]é→\\", max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | TEXTS,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from("abc"), v, max_size=3),
    max_leaves=8,
)
TREES = st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1, max_size=3)


@given(
    tree=TREES, pointer=st.sampled_from(["/a", "/a/b", "/*/a", "/a/0", "/b/*", "/c/*/a"]), style=st.booleans()
)
def test_masking_takes_out_what_it_names_and_nothing_else(
    tree: dict[str, object], pointer: str, style: bool
) -> None:
    import yaml

    text = yaml.safe_dump(tree, allow_unicode=True) if style else json.dumps(tree, indent=1)
    name = "x.yaml" if style else "x.json"
    try:
        [before] = read_bytes(text.encode(), file=name) or [None]
    except SourceError:
        return
    assert before is not None
    try:
        cut = _cut(Input(name, "aims", "sha256:x", text.encode()), check_pointers((pointer,)))
    except MaskingError:
        return  # in doubt nothing is written
    [after] = read_bytes(cut.content, file=name)
    assert after.value == masked_by_hand(before.value, pointer[1:].split("/"))
    assert len(cut.content.splitlines()) >= len(text.splitlines()) - 1


def masked_by_hand(value: object, steps: list[str]) -> object:
    """A second, independent reading of what a pointer means."""
    if not steps:
        return value if value is None else "<masked>"
    if isinstance(value, dict):
        return {k: masked_by_hand(v, steps[1:]) if steps[0] in ("*", k) else v for k, v in value.items()}
    if isinstance(value, list):
        return [masked_by_hand(v, steps[1:]) if steps[0] in ("*", str(i)) else v for i, v in enumerate(value)]
    return value


def test_masking_mostly_works_on_what_people_write() -> None:
    """The property above may withhold: here it may not."""
    for text in (MANIFEST, MANIFEST.replace("\n", "\r\n")):
        for pointer in (
            "/metadata/owner",
            "/spec/governance/access",
            "/spec/governance",
            "/spec/content/records",
        ):
            assert _cut(Input("x.yaml", "aims", "", text.encode()), check_pointers((pointer,))).masked == (
                pointer,
            )
    plain = json.dumps({"metadata": {"owner": MAIL}, "list": [{"a": MAIL}, {"a": 1}]}, indent=2)
    cut = _cut(Input("x.json", "aims", "", plain.encode()), check_pointers(("/list/*/a", "/metadata/owner")))
    assert json.loads(cut.content) == {"metadata": {"owner": "<masked>"}, "list": [{"a": "<masked>"}] * 2}

"""What is written as a native manifest reads back as the same evidence, whatever it was read from."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aims_policy.decision import evaluate
from aims_policy.decision.plain import dumps, plain_value
from aims_policy.manifest.manifest import Source
from aims_policy.manifest.native.claims import contradicted
from aims_policy.manifest.native.repeats import folded
from aims_policy.manifest.native.shape import shapes as native_shapes
from aims_policy.manifest.native.text import missing_paths, native_tree, native_yaml
from aims_policy.manifest.placeholders import absence, names_no_person
from aims_policy.manifest.read import read, read_data
from aims_policy.policy.asked import asked
from aims_policy.policy.load import load_bundle
from aims_policy.source import SourceError

HERE = Path(__file__).parent
CORPUS = HERE.parents[2] / "shared" / "corpus"
FOLDERS = (
    "hf-model-cards",
    "hf-dataset-cards",
    "croissant",
    "cyclonedx-mlbom",
    "mlflow-mlmodel",
    "sagemaker",
    "kubernetes",
)
CASES = sorted(p for p in (HERE / "formats").glob("*/*") if p.is_dir())
NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
SHAPES = native_shapes()

BLOCKS = ("line\n\nline", " a", "a\n  b", "a\u2028b")
TEXTS = (
    st.text(max_size=40)
    | st.sampled_from(
        ["yes", "2026-01-01", "0.10", "a: b", "a #b", "- a", "a:", "~x", "{a", "'a", *BLOCKS]
    )
).filter(lambda t: not absence(t) and not names_no_person(t))  # fmt: skip
SHORT = TEXTS.filter(lambda t: len(folded([t])[0]) < 12)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=4) | st.sampled_from(
    [Decimal("1E+30"), Decimal("-2.5E-40"), Decimal("0.100")]
)
MOMENTS = st.datetimes(
    datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)
) | st.just(NOW - timedelta(microseconds=1))  # fmt: skip


def of_shape(shape):
    """Evidence of a shape, as `Manifest.data` has it."""
    kind = shape[0]
    if kind == "record":
        optional = {name: of_shape(field) for name, field in shape[2].items()}
        return st.fixed_dictionaries({}, optional=optional).filter(bool)
    if kind == "list":
        return st.lists(of_shape(shape[1]), min_size=1, max_size=2).map(tuple)
    if kind == "map":
        return st.dictionaries(TEXTS, of_shape(shape[1]), min_size=1, max_size=2)
    if kind == "number":
        least, most, whole = (shape[1] if shape[1] is not None else -(10**6)), shape[2] or 10**6, shape[3]
        if whole:
            return st.integers(int(least), int(most)).map(Decimal)
        return (
            NUMBERS if shape[1] is None and shape[2] is None else st.decimals(int(least), int(most), places=3)
        )
    if kind == "any":
        return st.dictionaries(TEXTS, TEXTS | NUMBERS | st.booleans(), min_size=1, max_size=3)
    return {
        "choice": lambda: st.sampled_from(shape[1]),
        "boolean": st.booleans
        if len(shape) == 1
        else lambda: st.just(False),  # true is no evidence of itself
        "moment": lambda: MOMENTS,
        "prose": lambda: SHORT,  # longer ones that say the same elsewhere would be no evidence
    }.get(kind, lambda: TEXTS)()


def documents(kind):
    sections = {
        name: of_shape(shape) for name, shape in SHAPES[kind][2].items() if name not in ("kind", "metadata")
    }
    del sections["evidence"]  # files beside the manifest, which are read with it
    spec = st.lists(st.sampled_from(sorted(sections)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: sections[name] for name in names})
    )
    return st.tuples(spec, TEXTS.filter(lambda t: 0 < len(t) <= 200))


class Written:
    """A manifest that nobody read: evidence, and one place for all of it."""

    def __init__(self, kind, data, name):
        self.kind, self.missing = kind, {}
        self.data = {"metadata": {"name": name}, "kind": kind, **data}

    def locate(self, _path):
        from aims_policy.manifest.manifest import Place

        source = Source("odd\nname.yaml", "aims", "sha256:0", "declared")
        return Place("odd\nname.yaml", 3, 1, ("spec",), source)


@pytest.mark.parametrize("kind", SHAPES)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(data=st.data())
def test_any_evidence_reads_back_as_it_was_written(kind, data):
    spec, name = data.draw(documents(kind))
    assume(not contradicted(kind, {**spec, "metadata": {"name": name}}))
    manifest = Written(kind, spec, name)
    for text in (native_yaml(manifest, {}), dumps(plain_value(native_tree(manifest)))):
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which no file can hold
            return
        [again] = read_data(encoded, "m", SHAPES, as_format="aims")
        assert again.data == manifest.data


def round_trip(manifest, bundle):
    [again] = read_data(native_yaml(manifest, asked(bundle, manifest.kind)).encode(), "n.yaml", SHAPES)
    return again


@pytest.fixture(scope="module")
def bundle():
    return load_bundle()


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.parent.name}/{c.name}")
def test_a_converted_manifest_is_the_same_evidence_and_gets_the_same_findings(case, bundle):
    [file] = case.glob("input.*")
    try:
        manifests = read_data(file.read_bytes(), "README.md" if file.suffix == ".md" else file.name, SHAPES)
    except SourceError:
        return
    for manifest in manifests:
        again = round_trip(manifest, bundle)
        assert again.data == manifest.data
        assert again.format == "aims"
        assert findings(manifest, bundle) == findings(again, bundle)


def findings(manifest, bundle):
    """But for those that ask for a tool's own word: what is written out is a person's."""
    found = evaluate(manifest, bundle, environment="production", at=NOW).findings
    return [(f.rule, f.outcome) for f in found if "$as_strong_as" not in f.asked]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("folder", FOLDERS)
def test_converting_the_corpus_loses_no_evidence(folder, bundle):
    converted = 0
    for file in sorted((CORPUS / folder).iterdir()):
        try:
            manifests = read(file, SHAPES, shown_as=file.name)
        except SourceError:
            continue
        for manifest in manifests[:5]:
            assert round_trip(manifest, bundle).data == manifest.data, file.name
            converted += 1
    assert converted > 10


def test_every_value_says_where_it_came_from_and_every_section_what_is_missing(shapes):
    card = (
        b'{"ModelCardName": "churn", "Content": {"intended_uses": {"purpose_of_model": "TODO"}, '
        b'"evaluation_details": [{"metric_groups": [{"metric_data": [{"name": "f1", "value": 0.5}]}]}]}}'
    )
    [manifest] = read_data(card, "card.json", shapes)
    asks = {
        "intended_use.summary": ("A.9.4/x",),
        "evaluation.measurements[].date": ("a", "b", "c", "d"),
        "approvals[].date": ("e",),
    }
    assert native_yaml(manifest, asks) == (
        "# To fill in: replace TODO by what is true and take away the `# ` before it. "
        "A TODO that stays is missing.\n"
        "# Say `risk.tier` first: until then the limits are those of the strictest tier.\n"
        "apiVersion: aims/v1\n"
        "kind: Model\n"
        "metadata:\n"
        "  name: churn  # from card.json:1\n"
        "spec:\n"
        "  evaluation:\n"
        "    measurements:\n"
        "      - metric: f1  # from card.json:1\n"
        "        value: 0.5  # from card.json:1\n"
        "        # date: TODO  # When it was measured; date, as 2026-06-01 (a, b and 2 more)\n"
        "  # no evidence: intended_use.summary, placeholder `TODO` (card.json:1)\n"
        "  # intended_use:\n"
        "  #   summary: TODO  # What it is for (A.9.4/x)\n"
        "  # approvals:\n"
        "  #   - date: TODO  # When; date, as 2026-06-01 (e)\n"
    )


def filled_in(text: str) -> str:
    """With the `#` taken away before every line that is to be filled in."""
    lines = [
        line for line in text.splitlines() if not re.match(r" *# (no evidence:|To fill in:|Say `)", line)
    ]
    return "".join(re.sub("^( *)# ", r"\1", line) + "\n" for line in lines)


def test_what_is_to_be_filled_in_reads_and_proves_nothing_by_itself(bundle):
    """Not a line of it is in the way of another, every field is one of the kind, and no TODO is evidence."""
    tried = 0
    for case in CASES:
        [file] = case.glob("input.*")
        try:
            manifests = read_data(
                file.read_bytes(), "README.md" if file.suffix == ".md" else file.name, SHAPES
            )
        except SourceError:
            continue
        for manifest in manifests:
            blank = filled_in(native_yaml(manifest, asked(bundle, manifest.kind)))
            assert "#" in blank and "TODO" in blank, case
            [again] = read_data(blank.encode(), "n.yaml", SHAPES, as_format="aims")
            assert evidence(again.data) == evidence(manifest.data), case
            tried += 1
    assert tried > 50


def evidence(data):
    """Without what holds nothing."""
    if isinstance(data, dict):
        return {k: v for k, v in ((k, evidence(v)) for k, v in data.items()) if v not in ({}, ())}
    if isinstance(data, tuple):
        return tuple(v for v in map(evidence, data) if v not in ({}, ()))
    return data


def test_an_organizations_whole_form_asks_for_every_field_once_and_says_what_belongs_there(bundle):
    organization = b"{apiVersion: aims/v1, kind: Organization, metadata: {name: acme}}"
    [manifest] = read_data(organization, "o.yaml", SHAPES)
    asks = asked(bundle, "Organization")
    text = native_yaml(manifest, asks)
    fields = [line for line in text.splitlines() if "TODO" in line and not line.startswith("#")]
    assert len(fields) == len(asks) - ("metadata.name" in asks)
    assert all("  # " in line.split("TODO", 1)[1] for line in fields)
    assert "one of top_management, other" in text
    assert "date, as 2026-06-01" in text
    assert "response_days: TODO  # Days to a first answer; number, at least 0" in text


@pytest.mark.parametrize(
    ("data", "pattern", "found"),
    [
        ({}, "a.b", ["a.b"]),
        ({"a": {"b": 1}}, "a.b", []),
        ({"a": ({"b": 1}, {})}, "a[].b", ["a[1].b"]),
        ({"a": ("x",)}, "a[]", []),
        ({"a": {"b": ({"c": ({}, {"d": 1})},)}}, "a.b[].c[].d", ["a.b[0].c[0].d"]),
        ({"a": {"b": ({},)}}, "a.b[].c[].d", ["a.b[0].c[].d"]),
    ],
)
def test_missing_paths(data, pattern, found):
    assert [path for path, _ in missing_paths(data, [pattern])] == found

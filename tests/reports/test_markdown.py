"""The comment: rendered by GitHub's own Markdown, hostile texts show as they are; it is never too long."""

from __future__ import annotations

import html
import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st

from aims_policy.decision.record import Decision, Evidence
from aims_policy.diagnostics import Diagnostic
from aims_policy.reports import report
from aims_policy.reports.ci.markup import code, prose
from tests.reports.decisions import CASES, decision, finding, gap, hundred_missing
from tests.reports.ways import TEXTS, VIEW, decisions, several

MOST = 65_536
TAGS = {
    "h2",
    "h3",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "ul",
    "li",
    "br",
    "details",
    "summary",
    "pre",
    "sub",
}
TAGS |= {"code", "strong", "em", "pre", "sub"}


def rendered(text: str) -> str:
    return str(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def tags(page: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)", page))


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page)).replace("\u200b", "")


@given(text=TEXTS, before=st.sampled_from(["x ", ""]))
@example(text="# SKIP", before="")
@example(text="1. one", before="")
@example(text="- one", before="")
def test_prose_shows_the_text_and_nothing_else(text: str, before: str) -> None:
    page = rendered(f"{before}{prose(text)} y")
    assert tags(page) <= {"p"}
    shown = text_of(page).strip()
    assert " ".join(shown.split()) == " ".join(f"{before}{plain(text)} y".split())


@given(text=TEXTS)
def test_code_shows_the_text_and_nothing_else(text: str) -> None:
    page = rendered(f"x {code(text)} y")
    assert tags(page) <= {"p", "code"}
    assert " ".join(text_of(page).split()) == " ".join(f"x {plain(text)} y".split())


@given(text=TEXTS)
def test_a_cell_stays_in_its_column(text: str) -> None:
    page = rendered(f"| a | b | c |\n|---|---|---|\n| {prose(text)} | {code(text, in_table=True)} | end |\n")
    body = page.partition("<tbody>")[2]
    cells = re.findall(r"<td>(.*?)</td>", body, re.DOTALL)
    assert len(cells) == 3
    assert cells[2] == "end"
    assert tags(body) <= {"tr", "td", "code"}


def plain(text: str) -> str:
    from aims_policy.diagnostics import safe

    return safe(" ".join(text.split()))


@pytest.mark.parametrize("text", ["@org/team", "a@example.org", "see #12", "org/repo#3", "!4", "GH-5", "#x"])
def test_nobody_is_called_and_nothing_is_referred_to(text: str) -> None:
    assert not re.search(r"[@#!]\w|GH-\d", html.unescape(prose(text)))


@pytest.mark.parametrize(
    "text", ["https://example.org", "www.example.org", "http://a.b", "ftp://a.b", "mailto:a@b.org"]
)
def test_no_address_becomes_a_link(text: str) -> None:
    assert "<a" in rendered(text) or text.startswith("mailto")
    assert "<a" not in rendered(prose(text))


@given(made=decisions())
def test_no_tag_comes_of_any_text(made: Decision) -> None:
    page = rendered(report("markdown", [made], VIEW))
    assert tags(page) <= TAGS
    assert page.count("<details>") == page.count("</details>")
    assert "<!-- aims_policy -->" in page


def test_the_verdict_comes_first() -> None:
    assert report("markdown", [CASES["above_the_limit"]()], VIEW).startswith(
        "## ❌ aims_policy in production: 1 of 1 manifest fails"
    )
    passed = decision(finding("A.7.5/a", "pass"))
    assert report("markdown", [passed], VIEW).startswith(
        "## ✅ aims_policy in production: 1 manifest passes\n"
    )
    made, view = several()
    first = report("markdown", made[:1], view).partition("\n")[0]
    assert first == "## ❌ aims_policy in production: 2 files could not be read"


def long_decision(name: str, count: int) -> Decision:
    found = [
        finding(
            f"A.7.5/{n}",
            "fail",
            "deny",
            title="界" * 300,
            rationale="界" * 900,
            remediation="|" * 900,
            error="`" * 99,
        )
        for n in range(count)
    ]
    lacking = [
        finding(f"A.7.5/m{n}", "missing", "deny", missing=(gap(f"a{n}.b{n}", "|" * 900),))
        for n in range(count)
    ]
    subject = CASES["waived"]().subject._replace(name=name, file=f"{name}.yaml")
    notices = tuple(
        Diagnostic("x", "|" * 900, "a", n, severity="warning", help="`" * 900) for n in range(1, count + 1)
    )
    return decision(*found, *lacking, subject=subject, notices=notices)


@pytest.mark.parametrize(("manifests", "findings"), [(1, 300), (30, 12), (2_000, 1)])
def test_it_is_never_too_long_and_says_what_it_leaves_out(manifests: int, findings: int) -> None:
    made = [long_decision(f"{n}{'x' * 60}", findings) for n in range(manifests)]
    problems = tuple(Diagnostic("x", "y" * 2_000, f"{n}.yaml", n) for n in range(1, 200))
    text = report("markdown", made, VIEW._replace(problems=problems))
    assert len(text.encode()) < MOST
    assert text.endswith("<!-- aims_policy -->\n")
    assert "179 problem" in text
    if manifests > 1:
        assert re.search(r"There is no room here for the findings of [\d,]+ manifests", text)
    if manifests > 1_000:
        assert re.search(r"…and [\d,]+ manifests more, of which [\d,]+ fail", text)
    assert tags(rendered(text)) <= TAGS


def test_what_fails_stands_before_what_passes() -> None:
    passed = decision(finding("A.7.5/a", "pass"), subject=CASES["waived"]().subject._replace(name="fine"))
    text = report("markdown", [passed, CASES["above_the_limit"]()], VIEW)
    assert text.index("`model/credit-scorer`") < text.index("`model/fine`")


def test_what_is_to_be_written_is_folded_away() -> None:
    text = report("markdown", [hundred_missing()], VIEW)
    before, _, folded = text.partition("<details><summary>")
    assert "intended\\_use" not in before
    assert "`intended_use`: field\\_1, field\\_2" in folded
    assert len(text.split("\n")) < 80


def test_what_fails_upstream_stands_before_its_neighbours() -> None:
    read = [
        Evidence(f"training_data.datasets[{n}].ref", f"d{n}", "model.yaml", 10 + n, 1, "manifest")
        for n in range(9)
    ]
    verdicts = ("pass", "fail")
    read += [
        Evidence(f"upstream.assets[{n}].verdict", v, "model.yaml", 10 + n, 1, "upstream")
        for n, v in enumerate(verdicts)
    ]
    made = decision(finding("A.7.2/upstream", "fail", "deny", asked="upstream.assets", evidence=tuple(read)))
    text = report("markdown", [made], VIEW)
    assert 'found: `upstream.assets[1].verdict` is `"fail"` (line 11), ' in text
    assert "`A.7.2/upstream` at `model.yaml:11`" in text

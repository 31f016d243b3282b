"""The page: well-formed, inert whatever a manifest says, complete in itself; a browser shows it as it was written."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aims_policy
from aims_policy.decision.record import Decision
from aims_policy.diagnostics import safe
from aims_policy.reports import View, report
from aims_policy.reports.html_report import fragment
from aims_policy.reports.web.markup import tag
from tests.reports.decisions import CASES, decision, finding
from tests.reports.ways import PROBLEMS, TEXTS, VIEW, decisions, several

VOID = {"meta"}
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "section", "footer"),
    *("h1", "h2", "h3", "p", "span", "strong", "code", "pre", "a", "details", "summary", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"class", "id", "href", "open", "lang", "charset", "name", "content", "http-equiv", "style"}


class Reader(HTMLParser):
    """Reads a page and asserts that each element is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        given = dict(attrs)
        self.links += [given["href"] or ""] if "href" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


@given(text=st.one_of(TEXTS, st.text(alphabet="<>&\"'/ =-!ab\x00\u202e")))
def test_a_text_shows_as_it_is_inside_an_element_and_an_attribute(text: str) -> None:
    shown = read(tag("p", tag("a", text, href=text), text))
    assert "".join(shown.texts) == safe(text) * 2
    assert shown.links == [safe(text)]


@given(made=st.lists(decisions(), min_size=1, max_size=3), show=st.sampled_from(["failing", "all"]))
@settings(max_examples=60)
def test_only_elements_of_our_own_come_of_any_text(made: list[Decision], show: str) -> None:
    shown = read(report("html", made, VIEW._replace(show=show)))
    assert shown.ids == [f"d{n}" for n in range(1, len(made) + 1)]
    anchors = [f"#{anchor}" for anchor in shown.ids]
    table = anchors if len(made) > 1 else []
    assert shown.links[: len(table)] == table
    assert set(shown.links[len(table) :]) <= (set(anchors) if show == "all" else set())
    read(fragment(made[0], VIEW._replace(show=show)))


def test_nothing_is_loaded_and_nothing_runs() -> None:
    made, view = several()
    page = report("html", [*made, CASES["hostile"]()], view)
    assert "default-src 'none'" in page
    for word in ("<script", "<img", "<link", "@import", "url(", "src=", "http://", "onclick"):
        assert word not in page.replace("http://x", "")


def test_the_verdict_comes_first_and_what_cannot_be_read_is_part_of_it() -> None:
    assert "<h1>1 of 1 manifest fails</h1>" in report("html", [CASES["above_the_limit"]()], VIEW)
    assert "<h1>1 manifest passes</h1>" in report("html", [decision(finding("A.7.5/a", "pass"))], VIEW)
    unread = report("html", [], View(problems=PROBLEMS))
    assert "<h1>2 files could not be read</h1>" in unread
    assert "Not read, and so not decided" in unread


def test_what_denies_is_unfolded_and_what_only_warns_is_not() -> None:
    page = report(
        "html", [decision(finding("A.7.5/a", "fail", "deny"), finding("A.7.5/b", "fail", "warn"))], VIEW
    )
    assert '<details class="denies" open="">' in page
    assert '<details class="warns">' in page


def test_passes_and_what_does_not_apply_are_shown_when_asked_for() -> None:
    made = decision(finding("A.7.5/good", "pass"), finding("A.7.5/other", "not_applicable"))
    assert "A.7.5/good" not in report("html", [made], VIEW)
    page = report("html", [made], VIEW._replace(show="all"))
    assert "A.7.5/good" in page
    assert "A.7.5/other" in page


def test_control_by_control_it_says_which_assets_show_it_and_what_is_waived() -> None:
    """The worst finding of an asset counts, and a control that nothing was asked of is not shown."""
    first = decision(
        finding("A.7.5/a", "pass"), finding("A.7.5/b", "fail", "deny"),
        finding("A.7.4/a", "pass"), finding("A.7.3/a", "not_applicable"),
    )  # fmt: skip
    second = decision(finding("A.7.5/a", "pass"), finding("A.7.4/a", "pass"))
    view = VIEW._replace(
        show="all", titles={"A.7.3": "Acquisition", "A.7.4": "Quality", "A.7.5": "Provenance"}
    )
    page = report("html", [first, CASES["waived"](), second], view)
    table = page.partition('<table class="controls">')[2].partition("</table>")[0]
    rows = [read(row).texts for row in re.findall("<tr>.*?</tr>", table)[1:]]
    told = {control: "".join(said) for control, *said in rows}
    assert "By control: 1 of 3 shown" in page
    assert told["A.7.3"] == " Acquisitionasked of nothing that was decided"
    assert told["A.7.4"].startswith(" Qualityshown by") and told["A.7.4"].count("model/") == 2
    assert "denied for" in told["A.7.5"] and "waived for" in told["A.7.5"] and "shown by" in told["A.7.5"]
    assert "until 2026-" in told["A.7.5"]
    assert "By control" not in report("html", [first], VIEW)


def test_a_decision_shows_itself_in_a_notebook(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text("apiVersion: aims/v1\nkind: Model\nmetadata: {name: <i>scorer</i>}\n")
    shown = aims_policy.evaluate(file)
    page = shown._repr_html_()
    assert read(page).open == []
    assert "model/&lt;i&gt;scorer" in page
    assert "A.6.2.4/" in page
    assert isinstance(shown, aims_policy.Decision)


@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no browser")
def test_a_browser_shows_it(tmp_path: Path) -> None:
    script = "document.title='taken'"
    attack = f'</title></style></code><script>{script}</script><img src=x onerror="{script}">'
    made = decision(finding("A.7.5/a", "fail", "deny", title=attack, rationale=attack, asked=attack))
    file = tmp_path / "report.html"
    file.write_text(report("html", [made], VIEW))
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
    ]
    ran = subprocess.run(
        [*command, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    assert "<title>aims_policy: 1 of 1 manifest fails</title>" in ran.stdout
    assert "<script" not in ran.stdout
    assert "<img" not in ran.stdout

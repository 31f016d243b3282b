from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.manifest import placeholders
from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.manifest.placeholders import absence, names_no_person, names_nobody

GAPS = """
[More Information Needed]|[More information needed](https://github.com/huggingface/datasets/blob/main/CONTRIBUTING.md)
**[Needs More Information]**|*More information needed*|NOASSERTION|noAssertion|TODO|todo.|`TBD`|FIXME|N/A|n/a.|N/A?
unknown|Unknown.|(unknown)|none given|None provided|-|--|—|?|???|…|...|. . .|xxx|XXXX|<name>|<insert owner here>
{{ model_id }}|${OWNER}|[insert description]|[your name]|{placeholder}|Lorem ipsum dolor sit amet|"TODO"|_TODO_
TODO: describe the groups|TBD (Ada): later|to be determined|changeme|not specified|__NAME__|TODO/TBD
à compléter|À COMPLÉTER.|zu ergänzen|por definir|待定|待定。|未定|미정
da definire|T\u200bODO|\uff34\uff2f\uff24\uff2f|see wiki|See README.
<!-- describe the data -->|TODO <!-- by Friday: https://example.org -->
Provide a quick summary of what the model is/does.
Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model.
"""
EVIDENCE = """
none|None|na|NA|missing|no|0|yes|x|XX|mixed|<https://example.org>|<ada@example.org>|[a](https://example.org)
todo list app|The data is unknown to us.|Unknown Worlds dataset|TODOist|e.g.|A|#1|C++|*starred*|100 %|€|✓|[0, 1]
see [More Information Needed] below|tbdb|Lorem|{"a": 1}|a-b|n|unknown-speaker|<5 ms|x < 3 > 2
see wiki page 12 for the rota|未定義動作の検出
Zu ergänzen ist der Bericht um drei Tabellen.|à compléter avant juin par Ada
<!-- a --> Loans
"""


def texts(table: str) -> list[str]:
    return table.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize("text", texts(GAPS))
def test_placeholders_are_no_evidence(text):
    assert absence(text)


@pytest.mark.parametrize("text", texts(EVIDENCE))
def test_words_that_only_look_like_placeholders_are_evidence(text):
    assert absence(text) == ""


@given(
    st.sampled_from(texts(GAPS) + texts(EVIDENCE) + sorted(placeholders._WORDS)),
    st.sampled_from([str, str.upper, str.title, str.swapcase]),
    st.sampled_from(["", " ", "*", "`", "#", "\u017f", "\u0130", "x"]),
    st.text(max_size=3),
)
def test_the_quick_look_excludes_nothing_that_the_long_one_finds(word, cased, before, after):
    text = f"{before}{cased(word)}{after}"
    quick = absence(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(placeholders, "may_begin", lambda _: True)
        assert quick == absence(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0\u200b"])
def test_blank_text_is_empty(text):
    assert absence(text) == "empty"


def test_long_text_is_judged_in_little_time():
    assert absence("lorem ipsum " * 1000)
    assert absence("-" * 100_000)
    assert absence("[" * 50_000) and absence("a " * 50_000) == ""


@pytest.mark.parametrize(
    ("text", "nobody"), [("none", True), ("Nobody", True), ("N. One", False), ("Board", False)]
)
def test_names_of_nobody(text, nobody):
    assert names_nobody(text) is nobody


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("none", True),
        ("[Bot]", True),
        ("AI", True),
        ("automated.", True),
        ("AI Board", False),
        ("Ai Weiwei", False),
    ],
)
def test_names_of_no_person(text, nobody):
    assert names_no_person(text) is nobody


STEPS = [("a",), ("a", 0, "b"), ("metadata", "labels", 'x "y" \\ [0].z'), ("a", "", 3), ("a", "1")]


@pytest.mark.parametrize("steps", STEPS)
def test_paths_survive_being_text(steps):
    assert steps_of(path_text(steps)) == steps

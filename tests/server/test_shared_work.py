"""What is done once for many requests comes to the same as if it were done for each."""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import Manifest, read_data
from aims_policy.server.inventory import Inventory
from aims_policy.server.kubernetes.repeated import Reviews
from aims_policy.server.kubernetes.review import Review, read_review
from aims_policy.server.problems import Problem
from tests.server.conftest import inference_service, review

UIDS = ("705ab4f5-6393-11e8-b7cc-42010a800002", "1", "x", "A-1", "\u00e9", 'a"b', "")


def read(reader: Any, data: bytes) -> Review | str:
    try:
        found: Review = reader(data)
    except Problem as problem:
        return problem.code
    return found


def sent(uid: str, inner: str, *, first: bool, twice: bool) -> bytes:
    """A review with more than one thing in it that is called uid, and the reviews before it in any order."""
    value = {**inference_service(), "metadata": {"name": "scorer", "uid": inner}}
    text = review(value)
    own, others = text["request"].pop("uid"), text["request"]
    assert own
    others["userInfo"] = {"uid": inner, "username": "ada"}
    text["request"] = {"uid": uid, **others} if first else {**others, "uid": uid}
    data = json.dumps(text).encode()
    return data.replace(b'"request": {', b'"request": {"uid": "%b", ' % inner.encode(), 1) if twice else data


ASKED = st.tuples(st.sampled_from(UIDS), st.sampled_from(UIDS[:4]), st.booleans(), st.booleans())


@given(st.lists(ASKED, min_size=2, max_size=6))
@example([("1", "1", False, False), ("1", "A-1", False, False), ("x", "1", False, False)])
@example([("x", "1", False, True), ("1", "A-1", False, True)])
@example([("1", "1", True, True), ("A-1", "1", True, True), ("A-1", "x", True, True)])
def test_a_review_is_read_as_if_there_had_been_no_other(asked: list[tuple[str, str, bool, bool]]) -> None:
    reviews = Reviews()
    for uid, inner, first, twice in asked:
        data = sent(uid, inner, first=first, twice=twice)
        assert read(reviews.read, data) == read(read_review, data)


def test_a_review_that_comes_again_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from aims_policy.server.kubernetes import repeated as module

    reviews = Reviews()
    first = reviews.read(sent("first", "1", first=True, twice=False))
    monkeypatch.setattr(module, "read_review", lambda _: pytest.fail("it was decoded"))
    again = reviews.read(sent("again", "1", first=True, twice=False))
    assert again == first._replace(uid="again")
    assert again.object is first.object


def test_what_is_remembered_of_reviews_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from aims_policy.server.kubernetes import repeated as module

    monkeypatch.setattr(module, "_ROOM", 20_000)
    reviews = Reviews()
    for number in range(100):
        data = json.dumps(review(inference_service(f"s3://m/{number}"), uid=str(number))).encode()
        assert reviews.read(data) == read_review(data)
        assert sum(len(a) + len(b) + len(r.object) for (a, b), r in reviews._known.items()) <= 20_000
    assert reviews._known


def model(name: str, owner: str) -> Manifest:
    text = f"apiVersion: aims/v1\nkind: Model\nmetadata: {{name: {name}, owner: {owner}}}\nspec: {{}}\n"
    [found] = read_data(text.encode(), f"{name}.yaml", shapes())
    return found


@pytest.mark.parametrize("keeps", [True, False])
def test_files_of_the_inventory_are_hashed_once_and_never_taken_for_others(keeps: bool) -> None:
    own, others = model("scorer", "ada"), model("scorer", "eve")
    inventory = Inventory([own], keeps_content=keeps)
    assert inventory.files(own) is inventory.files(own)
    assert inventory.files(own).own.digest == own.digest
    assert inventory.files(others).own.digest == others.digest != own.digest
    assert (inventory.files(own).own.content is not None) is keeps
    assert (inventory.files(others).own.content is not None) is keeps

"""What is done once for many requests comes to the same as if it were done for each."""

from __future__ import annotations

import pytest

from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import Manifest, read_data
from aims_policy.server.inventory import Inventory


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

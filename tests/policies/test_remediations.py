"""What a fix tells can be done: it names the fields that its rule reads, and no field that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from aims_policy.manifest.native.blanks import hint
from aims_policy.policy.bundle import KINDS, Bundle, Rule
from aims_policy.policy.load import load_bundle
from aims_policy.policy.shipped import pack_folder

WHAT_IT_IS = frozenset(["name", "ref", "id", "metric", "person", "role"])
"""Fields that tell which entry of a list is meant: who writes an entry at all writes them."""
ELSEWHERE = ("appetite", "upstream", "kind", "metadata.owner")
VERIFIED = ("signature.present", "signature.verified", "signature.signer")
"""What a signature that is listed under `evidence` gives."""
OF_WORKSPACE = frozenset(["signing.keys", "spec.evidence"])


@cache
def bundle() -> Bundle:
    return load_bundle(policies=[pack_folder()], cache=False)


def reads(rule: Rule) -> Iterator[str]:
    for kind in rule.applies_to:
        yield from bundle().expressions(rule.id, kind)[1].reads


@pytest.mark.parametrize("rule", bundle().rules, ids=lambda rule: rule.id)
def test_a_fix_names_every_field_that_its_rule_reads(rule: Rule) -> None:
    told = set(re.findall(r"\w+", rule.remediation))
    lacking = set()
    for path in reads(rule):
        last = [step for step in re.split(r"[.\[\]]+", path) if step][-1]
        if not (
            path.startswith(ELSEWHERE) or path.endswith((*VERIFIED, "[]")) or last in {*WHAT_IT_IS, *told}
        ):
            lacking.add(path)
    assert not lacking


@pytest.mark.parametrize("rule", bundle().rules, ids=lambda rule: rule.id)
def test_every_path_in_a_fix_is_a_field_or_a_limit(rule: Rule) -> None:
    for path in re.findall(r"\b[a-z_]+(?:\.[a-z_]+)+\b", rule.remediation):
        assert path in OF_WORKSPACE or is_limit(path) or any(is_field(kind, path) for kind in KINDS), path


def is_field(kind: str, path: str) -> bool:
    """Whether a kind of manifest has it; steps into the entries of lists are not written in prose."""
    steps = path.split(".")
    ways = [steps[0]]
    for step in steps[1:]:
        ways = [f"{way}{between}{step}" for way in ways for between in (".", "[].")]
    return any(hint(kind, way) for way in ways)


def is_limit(path: str) -> bool:
    section, *steps = path.split(".")
    found = bundle().appetite.tiers["high"]
    for step in steps:
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return section == "appetite"

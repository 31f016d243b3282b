"""The ``admission`` section of a workspace, and what else a server is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aims_policy.manifest.foreign.workload_signs import DEFAULT
from aims_policy.manifest.foreign.workloads import workload
from aims_policy.policy.admission import Admission, environment_of, read_admission
from aims_policy.policy.errors import PolicyError

HEAD = "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: w}\n"
DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "server.md"


def read(folder: Path, section: str) -> Admission:
    (folder / "aims.yaml").write_text(HEAD + section)
    return read_admission(folder)


def test_without_a_section_or_a_workspace_the_defaults_hold(tmp_path: Path) -> None:
    assert read_admission(None) == read(tmp_path, "") == Admission(signs=DEFAULT)


def test_the_section_in_the_documentation(tmp_path: Path) -> None:
    [section] = re.findall(r"```yaml\n# aims\.yaml\n(.*?)```", DOCUMENTED.read_text("utf-8"), re.DOTALL)
    found = read(tmp_path, section)
    assert environment_of("team-dev", found) == "development"
    assert environment_of("team", found) == "production"
    assert found.digest_required
    pod = {"kind": "Pod", "spec": {"containers": [{"name": "a", "args": ["--weights", "w:1"]}]}}
    assert [m.uri for m in workload(pod, found.signs).models] == ["w:1"]
    assert not workload(pod).models
    for name in ("resources", "env", "flags", "schemes", "images", "ignored_kinds", "ignored_images"):
        assert set(getattr(found.signs, name)) > set(getattr(DEFAULT, name)), name


def test_the_first_pattern_that_matches_holds(tmp_path: Path) -> None:
    section = (
        "admission:\n  default_environment: staging\n  environments:\n"
        "    - {namespace: pay-dev, environment: production}\n    - {namespace: '*-dev', environment: development}\n"
    )
    found = read(tmp_path, section)
    assert [environment_of(n, found) for n in ("pay-dev", "ads-dev", "x-dev2", "")] == [
        "production",
        "development",
        "staging",
        "staging",
    ]


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("admission:\n  environmets: []\n", 5),
        ("admission:\n  digest: perhaps\n", 5),
        ("admission:\n  environments: [{namespace: x}]\n", 5),
        ("admission:\n  images: [1]\n", 5),
    ],
)
def test_a_wrong_section_is_told_with_its_place(tmp_path: Path, section: str, line: int) -> None:
    with pytest.raises(PolicyError) as raised:
        read(tmp_path, section)
    assert [d.line for d in raised.value.diagnostics] == [line]


def test_without_its_packages_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['starlette'] = None; from aims_policy.commands import main; main(['serve'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "pip install 'aims-policy[server]'" in ran.stderr

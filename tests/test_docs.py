"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from aims_policy.language import builtins

ROOT = Path(__file__).resolve().parent.parent


def test_every_builtin_is_documented() -> None:
    page = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
    section = page.partition("## Builtins")[2].partition("## Tests")[0]
    assert set(builtins.names()) == set(re.findall(r"^\| `\$(\w+)", section, re.MULTILINE))


def test_links_in_the_documentation_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [command] = [line for line in readme.splitlines() if line.startswith("python3 -m venv") and "pytest" in line]
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

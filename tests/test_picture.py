"""The README's picture of a terminal shows what the command that stands in it prints today.

`AIMS_UPDATE=1 python -m pytest tests/test_picture.py` draws it again.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "decision.svg"
COMMAND = ("evaluate", "inventory/models/thin-file-scorer.yaml", "--at", "2026-06-15")

CELL, LINE, MARGIN, TOP = 9.64, 20.0, 20.0, 46.0
"""Units of the drawing: a character, a line, and what is around them."""
_STYLES = {"1": "font-weight:bold", "2": "fill:#8b949e", "31": "fill:#ff7b72", "33": "fill:#e3b341"}
_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="100%" height="100%" rx="10" fill="#161b22"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/>
<circle cx="42" cy="20" r="6" fill="#febc2e"/>
<circle cx="62" cy="20" r="6" fill="#28c840"/>
<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="16" fill="#e6edf3">
{lines}
</g>
</svg>
"""


def printed(folder: Path) -> str:
    """What the command prints in colours, in a page's width."""
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "AIMS_LEDGER")}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "aims_policy", *COMMAND],
        cwd=ROOT / "examples" / "credit-scoring",
        env=environment | {"AIMS_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return f"$ aims {' '.join(COMMAND)}\n{done.stdout}"


def drawn(colored: str) -> str:
    """The picture: a text element for each line, a span for each style."""
    lines = colored.rstrip("\n").split("\n")
    widest = max(len(plain(line)) for line in lines)
    texts = [
        f'<text x="{MARGIN:.0f}" y="{TOP + LINE * (i + 1):.0f}" xml:space="preserve">{_spans(line)}</text>'
        for i, line in enumerate(lines)
    ]
    return _FRAME.format(
        width=2 * MARGIN + CELL * widest,
        height=TOP + LINE * (len(lines) + 1),
        title=html.escape(f"$ aims {' '.join(COMMAND)}"),
        lines="\n".join(texts),
    )


def plain(colored: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", colored)


def _spans(line: str) -> str:
    styled = ""
    style = ""
    for code, text in re.findall(r"(?:\x1b\[([0-9;]*)m)?([^\x1b]*)", line):
        style = ";".join(_STYLES[c] for c in code.split(";") if c in _STYLES) if code else style
        inner = html.escape(text, quote=False)
        styled += f'<tspan style="{style}">{inner}</tspan>' if style and inner else inner
    return styled


def _told(picture: str) -> str:
    """The text in the picture. Line numbers aside: that a comment was added above them makes it no less true."""
    lines = re.findall(r"<text [^>]*>(.*?)</text>", picture)
    return re.sub(r"yaml:\d+", "yaml:N", "\n".join(html.unescape(re.sub(r"<[^>]+>", "", x)) for x in lines))


def test_the_picture_shows_what_is_printed(tmp_path: Path) -> None:
    now = drawn(printed(tmp_path))
    if os.environ.get("AIMS_UPDATE"):
        PICTURE.write_text(now, encoding="utf-8")
    picture = PICTURE.read_text(encoding="utf-8")
    assert _told(picture) == _told(now)
    assert "fairness.measurements" in _told(picture)

"""The command line. One file per command, found by its place: ``evaluate.py`` defines ``command``.

What commands share stands in ``terminal/``. Nothing is imported before ``main`` runs, so that an interrupt
or a broken installation is reported in one line as well.
"""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run ``aims`` with the process's arguments (or these) and end the process with its exit code."""
    # A short process makes little garbage: collecting it now and then, and once more at the end, costs a tenth of it.
    gc.set_threshold(50_000, 20, 100)
    try:
        from aims_policy.commands.terminal.failures import run
    except KeyboardInterrupt:
        sys.exit(130)
    code = run(arguments)
    gc.freeze()
    sys.exit(code)

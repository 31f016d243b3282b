"""``python -m aims_policy``: the command line."""

from __future__ import annotations

from aims_policy.commands import main

if __name__ == "__main__":
    main()

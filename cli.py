"""Runs the command line from a checkout: ``python cli.py evaluate model.yaml``."""

from __future__ import annotations

from aims_policy.commands import main

if __name__ == "__main__":
    main()

"""Policies, risk appetite, waivers and workspace: from YAML to a checked and compiled bundle."""

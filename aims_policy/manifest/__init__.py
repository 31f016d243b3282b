"""Manifests: what an asset says of itself, in the native form or in one that others defined."""

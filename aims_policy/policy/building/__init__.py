"""From files to a bundle, anew: what happens only where the cache has none."""

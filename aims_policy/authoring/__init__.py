"""For those who write rules: lint checks, rule tests, the walk of a rule on a manifest, a workspace to begin with."""

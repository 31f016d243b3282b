"""What hangs on what: controls, rules, assets, stakeholders and roles, and questions asked of them.

``order`` puts assets after what they are built from, and is all that deciding needs. ``build`` makes the
whole graph, ``queries`` answers questions about it; only these two import networkx.
"""

"""Watching an inventory: what was decided the last time, what is decided now, and what flipped between the two.

``snapshot`` (decisions → what is remembered) → ``compare`` (two snapshots → changes) → ``page`` / ``document``
(changes for people, for machines) and ``webhook``; ``memory`` keeps the last snapshot in a file.
"""

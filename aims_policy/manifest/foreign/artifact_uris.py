"""URIs of artifacts: one spelling for each, and the digest that one is pinned to."""

from __future__ import annotations

import re

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
"""A model on the Hugging Face Hub."""
_IMAGE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/\S+")
"""A registry's host and what is there."""
_PINNED = re.compile(r"oci://[^@\s]+@(sha256:[0-9a-f]{64})", re.IGNORECASE)


def canonical(uri: str) -> str:
    """One spelling for the ways in which the same artifact is written.

    >>> canonical("https://huggingface.co/acme/chat/"), canonical("acme/chat"), canonical("S3://Bucket/m/")
    ('hf://acme/chat', 'hf://acme/chat', 's3://Bucket/m')
    >>> canonical("registry.acme.example/ml/chat:3")
    'oci://registry.acme.example/ml/chat:3'
    """
    text = uri.strip().rstrip("/")
    for prefix in ("https://huggingface.co/", "huggingface://", "https://hf.co/"):
        if text.lower().startswith(prefix):
            return f"hf://{text[len(prefix) :]}"
    if HUB_NAME.fullmatch(text):
        return f"hf://{text}"
    scheme, separator, rest = text.partition("://")
    if separator:
        return f"{scheme.lower()}{separator}{rest}"
    return f"oci://{text}" if _IMAGE.fullmatch(text) and text.count("/") > 1 else text


def pinned(uri: str) -> str:
    """The digest by which a URI names its content, "" for others: in other stores ``@`` is a character of a name.

    >>> pinned("oci://registry.acme.example/chat@sha256:" + "0" * 64)[:12], pinned("s3://b/m@sha256:" + "0" * 64)
    ('sha256:00000', '')
    """
    found = _PINNED.fullmatch(canonical(uri))
    return found[1].lower() if found else ""

"""The native manifests as pydantic models: the one description of every field.

From these models come the JSON Schemas in ``schemas/``, the types of the rule language, and the shape that
the reader walks (``manifest/native/shape.py``). Nothing here is imported while a manifest is decided: pydantic's
import alone would cost more than the decision.
"""

from __future__ import annotations

from aims_policy.manifest.models.ai_system import AISystem
from aims_policy.manifest.models.dataset import Dataset
from aims_policy.manifest.models.model import Model
from aims_policy.manifest.models.organization import Organization
from aims_policy.manifest.models.supplier import Supplier
from aims_policy.manifest.models.vocabulary import Section

KINDS: dict[str, type[Section]] = {
    "Model": Model,
    "Dataset": Dataset,
    "AISystem": AISystem,
    "Supplier": Supplier,
    "Organization": Organization,
}

__all__ = ["KINDS", "AISystem", "Dataset", "Model", "Organization", "Section", "Supplier"]

"""What `.name`, `[…]` and `[…:…]` give, and of what."""

from __future__ import annotations

from aims_policy.diagnostics import nearest
from aims_policy.language import slips, types
from aims_policy.language.attributes import attributes_of
from aims_policy.language.nodes import Node
from aims_policy.language.syntax import Syntax, failure, listed, node_at
from aims_policy.language.types import NULL, Type, accepts, hashable


def attribute(syntax: Syntax, owner: Node) -> Node:
    """`owner.name`: a field of a record, or an attribute of a plain value."""
    name = syntax.parts[1]
    place = (syntax.end - len(name), syntax.end)
    if owner.type == NULL and syntax.options["safe"]:
        return node_at(syntax, "nothing", None, (owner,), NULL)
    if owner.type.kind == "record":
        return node_at(syntax, "field", name, (owner,), _field_type(owner.type, name, place))
    if owner.type.kind in ("any", "never"):
        help_ = (
            "name a JSON Schema of the organization's own fields under `extensions` in aims.yaml"
            if owner.kind == "name" and owner.value == "extensions"
            else "give the value a type in its JSON Schema"
        )
        raise failure(
            "unknown-type",
            f"the type of this is not known, so `.{name}` cannot be checked",
            syntax,
            help_=help_,
        )
    type_ = _attribute_type(owner.type, name, place)
    if type_.kind == "set" and not hashable(type_.item):
        raise failure("type-mismatch", f"{type_.item} cannot be an element of a set", syntax)
    if owner.type.kind == "set" and type_.kind == "list":
        require_order(owner.type, syntax)
    return node_at(syntax, "attribute", name, (owner,), type_)


def item(syntax: Syntax, container: Node, index: Node) -> Node:
    """`container[index]`."""
    owner = container.type
    if owner == NULL and syntax.options["safe"]:
        return node_at(syntax, "nothing", None, (container,), NULL)
    if owner.kind == "map":
        wanted, type_ = owner.item, owner.value
    elif owner.kind in ("list", "text", "bytes"):
        wanted = types.NUMBER
        type_ = {"text": types.TEXT, "bytes": types.NUMBER}.get(owner.kind) or owner.item
    else:
        help_ = "a field of a record is written `.name`" if owner.kind == "record" else ""
        raise failure("type-mismatch", f"{owner} has no elements to pick with `[…]`", syntax, help_=help_)
    if not accepts(wanted, index.type) or wanted.kind == "any":
        raise failure("type-mismatch", f"`[…]` of {owner} takes {wanted}, and this is {index.type}", index)
    return node_at(syntax, "item", None, (container, index), type_)


def slice_(syntax: Syntax, container: Node, start: Node | None, stop: Node | None) -> Node:
    """`container[start:stop]`."""
    if container.type == NULL and syntax.options["safe"]:
        return node_at(syntax, "nothing", None, (container,), NULL)
    if container.type.kind not in ("list", "text", "bytes"):
        raise failure("type-mismatch", f"{container.type} cannot be sliced", syntax)
    nothing = Node("literal", None, (), NULL, syntax.end - 1, syntax.end - 1)
    bounds = [bound or nothing for bound in (start, stop)]
    for bound in bounds:
        if bound is not nothing and bound.type.kind not in ("number", "null"):
            raise failure("type-mismatch", f"a slice's bounds are numbers, and this is {bound.type}", bound)
    return node_at(syntax, "slice", None, (container, *bounds), container.type)


def require_order(type_: Type, place: Syntax | Node) -> None:
    """Refuse to go through a set whose elements have no order: the result would depend on chance."""
    if not types.sortable(type_.item):
        raise failure("type-mismatch", f"a {type_} has no order to go through it in", place)


def _field_type(owner: Type, name: str, place: tuple[int, int]) -> Type:
    if name in owner.fields:
        return owner.fields[name]
    near = nearest(name, owner.fields)
    help_ = f"did you mean `{near}`?" if near else f"its fields are {listed(owner.fields)}"
    raise failure("unknown-field", f"`{name}` is not a field of {owner}", place, help_=help_)


def _attribute_type(owner: Type, name: str, place: tuple[int, int]) -> Type:
    known = attributes_of(owner)
    if name in known:
        return known[name].result(owner)
    near = nearest(name, known)
    help_ = f"did you mean `{near}`?" if near else f"it has {listed(known)}" if known else ""
    if not near and (slip := slips.no_name(name)):
        help_ = slip
    elif owner.kind == "map" and not near:
        help_ = f'a key is written `["{name}"]`'
    raise failure("unknown-attribute", f"{owner} has no attribute `{name}`", place, help_=help_)

"""The tables of a PostgreSQL ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.ledger.verify import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


def schema_faults(connection: Connection) -> Iterator[Fault]:
    """The tables are those of a ledger, and nothing rewrites what goes in or comes out."""
    from sqlalchemy import inspect, text

    from aims_policy.ledger.tables import metadata

    inspector = inspect(connection)
    for name, table in metadata.tables.items():
        there = {(c["name"], c["nullable"], str(c["type"])) for c in inspector.get_columns(name)}
        wanted = {(c.name, c.nullable, c.type.compile(connection.dialect)) for c in table.columns}
        for column, *_ in sorted(there ^ wanted):
            yield Fault(
                "schema-altered",
                f"column {name}.{column}",
                "it is not as this version of aims_policy makes it",
            )
        query = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = to_regclass(:name)")
        for trigger in connection.execute(query, {"name": name}).scalars():
            yield Fault("schema-altered", f"trigger {trigger}", f"it can rewrite `{name}`")
        query = text(
            "SELECT rulename FROM pg_rewrite WHERE ev_class = to_regclass(:name)"
            " UNION SELECT polname FROM pg_policy WHERE polrelid = to_regclass(:name)"
        )
        for rule in connection.execute(query, {"name": name}).scalars():
            yield Fault("schema-altered", f"rule {rule}", f"it can rewrite `{name}`")

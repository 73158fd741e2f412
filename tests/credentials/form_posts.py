"""Changing an account or a storage as a person does, keeping what is not given, and replacing their keys."""

from typing import Any

from django.test import Client

from recordings.models import CloudAccount, StorageCredential


def change(client: Client, row: CloudAccount | StorageCredential, **answers: Any) -> None:
    url = f"{row.get_absolute_url()}edit/"
    fields = {field.name: field.value() for field in client.get(url).context["form"]}
    filled = {name: value for name, value in fields.items() if value is not None and value is not False}
    assert client.post(url, filled | answers).status_code == 303


def replace_key(client: Client, row: CloudAccount | StorageCredential, **key: str) -> None:
    """Replace a row's key although no test can pass here; what is not given of an account's key stays."""
    row.refresh_from_db()
    url = f"{row.get_absolute_url()}key/"
    own = {"secret_id": row.secret_id} if isinstance(row, CloudAccount) else {}
    posted = own | key | {"without_test": "on", "reason": "No provider in this test"}
    assert client.post(url, posted).status_code == 303

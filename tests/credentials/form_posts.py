"""Changing an account or a storage through its form, as a person does: what is not given stays as it was filled in."""

from typing import Any

from django.test import Client

from recordings.models import CloudAccount, StorageCredential


def change(client: Client, row: CloudAccount | StorageCredential, **answers: Any) -> None:
    url = f"{row.get_absolute_url()}edit/"
    fields = {field.name: field.value() for field in client.get(url).context["form"]}
    filled = {name: value for name, value in fields.items() if value is not None and value is not False}
    assert client.post(url, filled | answers).status_code == 303

"""The start form's choice of a storage: each with what the last test of its key found, and how long ago."""

from django import forms

from recordings.lifecycle.storage_test import summary
from recordings.models import StorageCredential


class StorageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Offers storages that come with `current_keys`, as `storages_to_start` gives them."""

    def label_from_instance(self, obj: StorageCredential) -> str:
        """The storage's name, and in a few words whether it can be relied on."""
        keys = getattr(obj, "current_keys", [])
        return f"{obj} · {summary(keys[0] if keys else None)}"

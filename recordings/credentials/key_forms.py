"""The forms that replace a key: the new one, and whether it replaces the old one although its test failed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.credentials.forms import AccountKeyFields, StorageKeyFields
from recordings.credentials.keys import NewAccountKey
from recordings.models import CloudAccount, StorageCredential, StorageKey
from recordings.web.fields import ReasonField


class WithoutTest(forms.Form):
    """A box to replace a key whose test fails, which needs a reason. The page shows it once a test has failed."""

    without_test = forms.BooleanField(
        required=False,
        label=gettext_lazy("Replace without a passing test"),
        help_text=gettext_lazy("The key is tested again, and replaces the current one even if the test fails."),
    )
    reason = ReasonField(
        required=False, label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the audit trail.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("without_test") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Enter a reason; it is kept on record."))
        return cleaned

    def reason_without_test(self) -> str:
        """Why the key replaces the current one whatever its test says; empty when it must pass."""
        return self.cleaned_data["reason"] if self.cleaned_data["without_test"] else ""


class StorageKeyForm(WithoutTest, StorageKeyFields):
    """A storage's new key."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, instance: StorageCredential, current: StorageKey | None
    ) -> None:
        super().__init__(data, instance=instance)
        if current:
            self.hint({name: getattr(current, f"{name}_hint") for name in self.SECRETS})


class AccountKeyForm(WithoutTest, AccountKeyFields):
    """A cloud account's new key."""

    def __init__(self, data: Mapping[str, Any] | None, *, instance: CloudAccount) -> None:
        super().__init__(data, instance=instance)
        self.hint({"secret_key": instance.secret_key_hint})

    def new_key(self) -> NewAccountKey:
        """The key that was typed. Call it on a valid form only."""
        return NewAccountKey(secret_id=self.cleaned_data["secret_id"], secret_key=self.cleaned_data["secret_key"])

"""The forms that add and change cloud accounts, and storages with their keys."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.credentials.keys import NewKey
from recordings.credentials.secret_fields import NoSecretsForm, SecretField, SecretsForm, key_rules
from recordings.models import CloudAccount, Project, StorageCredential, User
from recordings.pasted import PastedField
from recordings.permissions import projects_where
from recordings.trro.endpoint import Endpoint
from recordings.web.edit import EditForm
from recordings.web.fields import choice_messages, region_rule

LONGEST_ID = 18
"""Digits that always fit a 64-bit key."""

cos_bucket_rule = RegexValidator(
    r"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]{5,}\Z",
    gettext_lazy("A COS bucket's name has no dots and ends in - and the APPID, such as recording-1304123456."),
)


class AccountFields(EditForm):
    """The values of a cloud account without its key."""

    class Meta:
        model = CloudAccount
        fields: tuple[str, ...] = (
            "name", "endpoint", "region", "language", "calls_per_second", "live_limit", "repeat_internal_error",
        )  # fmt: skip
        error_messages = {"name": {"unique": gettext_lazy("Another cloud account has this name.")}}

    def __init__(self, data: Mapping[str, Any] | None, *, instance: CloudAccount | None = None) -> None:
        super().__init__(data, instance=instance)
        self.fields["region"].validators.append(region_rule)

    def clean_endpoint(self) -> str:
        """The host alone, as calls use it; with its scheme only where that is not https."""
        try:
            endpoint = Endpoint.parse(self.cleaned_data["endpoint"], allow_loopback=settings.DEVELOPMENT)
        except ValueError:
            raise ValidationError(
                _(
                    "Calls carry keys, so they go to Tencent Cloud only: trro.tencentcloudapi.com, "
                    "trro.intl.tencentcloudapi.com, or trro.<region>.tencentcloudapi.com."
                )
            ) from None
        return endpoint.authority if endpoint.is_tls else f"{endpoint.scheme}://{endpoint.authority}"


class AccountForm(NoSecretsForm, AccountFields):
    """The new values of a cloud account."""

    MOVED = ("secret_key",)


class AccountKeyFields(SecretsForm):
    """A cloud account's key."""

    SECRETS = ("secret_key",)

    secret_key = SecretField(label="SecretKey")

    class Meta:
        model = CloudAccount
        fields: tuple[str, ...] = ("secret_id", "secret_key")
        field_classes = {"secret_id": PastedField}
        widgets = {"secret_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}
        help_texts = {"secret_id": gettext_lazy("Use a key restricted to TRRO permissions.")}

    def __init__(self, data: Mapping[str, Any] | None, *, instance: CloudAccount | None = None) -> None:
        super().__init__(data, instance=instance)
        self.fields["secret_id"].validators.extend(key_rules)


class NewAccountForm(AccountKeyFields, AccountFields):
    """A new cloud account with its key."""

    class Meta(AccountFields.Meta, AccountKeyFields.Meta):
        fields = ("name", *AccountKeyFields.Meta.fields, *AccountFields.Meta.fields[1:])


class ProjectsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of projects, by their ids. An id longer than any key is an invalid choice, not a server error."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if len(str(pk)) > LONGEST_ID:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": pk})
        return super().clean(value)

    def label_from_instance(self, project: Project) -> str:
        return f"{project} ({project.project_id})"


class StorageFields(EditForm):
    """The values of a storage without its key."""

    projects = ProjectsField(
        Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Projects"),
        help_text=gettext_lazy("Only selected projects can use this bucket."),
    )

    class Meta:
        model = StorageCredential
        fields = ("name", "vendor", "region", "bucket", "projects")
        field_classes = {"region": PastedField, "bucket": PastedField}
        help_texts = {
            "region": gettext_lazy("The bucket's region, such as ap-guangzhou."),
            "bucket": gettext_lazy("A COS bucket's name ends in - and the APPID, such as recording-1304123456."),
        }
        error_messages = {
            "name": {"unique": gettext_lazy("Another storage has this name.")},
            "vendor": choice_messages(gettext_lazy("Choose one of the two providers.")),
        }

    def __init__(
        self, data: Mapping[str, Any] | None, *, user: User, instance: StorageCredential | None = None
    ) -> None:
        super().__init__(data, instance=instance)
        self.fields["region"].validators.append(region_rule)
        self.offer("projects", projects_where(user, "credential.change"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("vendor") == StorageCredential.Vendor.COS and "bucket" in cleaned:
            try:
                cos_bucket_rule(cleaned["bucket"])
            except ValidationError as error:
                self.add_error("bucket", error)
        return cleaned


class StorageForm(NoSecretsForm, StorageFields):
    """The new values of a storage."""

    MOVED = ("access_key", "secret_key")


class StorageKeyFields(SecretsForm):
    """A storage's key."""

    SECRETS = ("access_key", "secret_key")

    access_key = SecretField(label="AccessKey")
    secret_key = SecretField(label="SecretKey")

    class Meta:
        model = StorageCredential
        fields: tuple[str, ...] = ()

    def new_key(self) -> NewKey:
        """The key that was typed. Call it on a valid form only."""
        return NewKey(access_key=self.cleaned_data["access_key"], secret_key=self.cleaned_data["secret_key"])


class NewStorageForm(StorageKeyFields, StorageFields):
    """A new storage with its key."""

    class Meta(StorageFields.Meta):
        pass

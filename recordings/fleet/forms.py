"""The forms that add and change projects and devices.

Source of the rules: TRRO API, DescribeProjectList and DescribeDeviceList.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.fleet.labels import LabelName, words_by_kind, words_in
from recordings.fleet.queries import profiles_usable_in
from recordings.models import LABEL_LENGTH, CloudAccount, Device, Label, Project, User
from recordings.pasted import PastedField
from recordings.permissions import projects_where, rows_where
from recordings.web.edit import EditForm
from recordings.web.fields import choice_messages, refuse_unshowable, short_text

MAX_LABELS = 20
LABEL_HELP = {
    Label.Kind.SITE: gettext_lazy("Labels, with commas between them: where it works, e.g. north pit."),
    Label.Kind.SHIFT: gettext_lazy("When it is driven, e.g. night shift."),
    Label.Kind.TYPE: gettext_lazy("What it is, e.g. haul truck."),
}


class ProjectForm(EditForm):
    """The new values of a project. A new one cannot have a default profile: no storage allows it yet."""

    class Meta:
        model = Project
        fields = ("account", "project_id", "name", "description", "default_profile")
        field_classes = {"project_id": PastedField}
        help_texts = {
            "project_id": gettext_lazy("As shown in the TRRO console, e.g. m82k5408n123phvb."),
            "default_profile": gettext_lazy(
                "Preselected in the start form. The project must be allowed to use the profile's storage."
            ),
        }
        error_messages = {
            "account": choice_messages(gettext_lazy("Choose a cloud account from the list.")),
            "default_profile": choice_messages(
                gettext_lazy("This project cannot use that profile's storage. Add the project to the storage first.")
            ),
        }

    def __init__(self, data: Mapping[str, Any] | None, *, user: User, instance: Project | None = None) -> None:
        super().__init__(data, instance=instance)
        accounts = CloudAccount.objects.filter(Q(retired_at=None) | Q(pk=self.instance.account_id))
        self.offer("account", rows_where(accounts, user, "fleet.change", through="projects"))
        if instance is None:
            del self.fields["default_profile"]
        else:
            self.offer("default_profile", profiles_usable_in(instance))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if _is_taken(self, "account", "project_id"):
            self.add_error("project_id", _("This account already has a project with this ProjectId."))
        return cleaned


class LabelsField(forms.CharField):
    """A list of words, typed with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        labels = words_in(super().clean(value))
        if len(labels) > MAX_LABELS:
            raise ValidationError(_("At most %(most)s labels."), params={"most": MAX_LABELS})
        for label in labels:
            if len(label) > LABEL_LENGTH:
                raise ValidationError(
                    _("The label “%(label)s” is longer than %(most)s characters."),
                    params={"label": f"{label[:LABEL_LENGTH]}…", "most": LABEL_LENGTH},
                )
        return labels


class DeviceForm(EditForm):
    """The new values of a device."""

    class Meta:
        model = Device
        fields = ("project", "device_id", "name", "type", "status")
        field_classes = {"device_id": PastedField}
        help_texts = {
            "device_id": gettext_lazy("The ID that the device reports: lower-case letters, digits and _, at most 32."),
            "type": gettext_lazy("A field device sends video and can be recorded; a remote device is a driver's seat."),
        }
        error_messages = {"project": choice_messages(gettext_lazy("Choose a project from the list."))}

    def __init__(
        self, data: Mapping[str, Any] | None, *, user: User, instance: Device | None = None, initial: Any = None
    ) -> None:
        typed = {} if instance is None else dict(words_by_kind(instance))
        super().__init__(data, instance=instance, initial=typed | (initial or {}))
        self.offer("project", projects_where(user, "fleet.change"))
        for kind in Label.Kind:
            field = LabelsField(required=False, label=kind.label, help_text=LABEL_HELP.get(kind, ""))
            field.validators.append(refuse_unshowable)
            self.fields[f"labels_{kind}"] = field

    def labels(self) -> list[LabelName]:
        """The labels that were typed."""
        return [(kind, name) for kind in Label.Kind for name in self.cleaned_data[f"labels_{kind}"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if _is_taken(self, "project", "device_id"):
            self.add_error("device_id", _("This project already has a device with this DeviceId."))
        return cleaned


def _is_taken(form: EditForm, *names: str) -> bool:
    """Whether another row has the same values in all of `names`."""
    same = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    if len(same) < len(names):
        return False
    return bool(type(form.instance)._default_manager.filter(**same).exclude(pk=form.instance.pk).exists())


class LabelForm(forms.Form):
    """A label that is added to many devices, or taken off."""

    kind = forms.ChoiceField(choices=Label.Kind.choices)
    label = short_text(
        most=LABEL_LENGTH, error_messages={"required": gettext_lazy("Nothing was changed: enter a label.")}
    )
    change = forms.ChoiceField(choices=[("add", ""), ("remove", "")])

    def clean_label(self) -> str:
        words = words_in(self.cleaned_data["label"])
        if len(words) != 1:
            raise ValidationError(_("Nothing was changed: enter one label, without commas."))
        return words[0]

    def label_name(self) -> LabelName:
        return self.cleaned_data["kind"], self.cleaned_data["label"]

"""The forms that stop, resolve and close a recording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.lifecycle.queries import Candidate
from recordings.pasted import IdField
from recordings.trro.outcome import is_id
from recordings.web.fields import ReasonField

TYPED, NOT_STARTED, OFFERED = "typed", "not_started", "offered:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The result of an unknown start: it started with this TaskId, or, when that is empty, it never started."""

    task_id: str
    reason: str


class StopForm(forms.Form):
    """Why a recording is stopped: kept if it is given."""

    reason = ReasonField(required=False, help_text=gettext_lazy("Kept in the audit trail."))


class ResolveForm(forms.Form):
    """An unclaimed TaskId, one that the user found, or that it never started; and the reason."""

    found = forms.ChoiceField(
        label=gettext_lazy("Result of the start"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a result."),
            "invalid_choice": gettext_lazy("This TaskId is no longer available. Choose again."),
        },
    )
    task_id = IdField(
        label="TaskId",
        required=False,
        max_length=512,
        help_text=gettext_lazy("The folder name between the reference and the file."),
    )
    reason = ReasonField(error_messages={"required": gettext_lazy("Enter your evidence; it is kept on record.")})

    def __init__(self, data: Mapping[str, Any] | None, *, candidates: Sequence[Candidate], task_id: str = "") -> None:
        is_offered = task_id in {candidate.task_id for candidate in candidates}
        typed = {"found": TYPED, "task_id": task_id} if is_id(task_id) else {}
        super().__init__(data, initial={"found": OFFERED + task_id} if is_offered else typed)
        field = self.fields["found"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            *((OFFERED + candidate.task_id, candidate.task_id) for candidate in candidates),
            (TYPED, _("It started – I have the TaskId")),
            (NOT_STARTED, _("It never started")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("found") == TYPED and not is_id(cleaned.get("task_id", "")):
            self.add_error("task_id", _("A TaskId has 1 to 512 letters, digits or symbols and no spaces."))
        return cleaned

    def to_resolution(self) -> Resolution:
        """What was decided. Call it on a valid form only."""
        found = self.cleaned_data["found"]
        typed = self.cleaned_data["task_id"] if found == TYPED else ""
        task_id = found.removeprefix(OFFERED) if found.startswith(OFFERED) else typed
        return Resolution(task_id=task_id, reason=self.cleaned_data["reason"])


class CloseForm(forms.Form):
    """The reason that closes a recording, and how it was shown (a signed selection of one)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = ReasonField()

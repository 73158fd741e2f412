"""How a configured thing is added and changed through a form: between the slices' views and their use cases."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext

from recordings.web.fields import refuse_unshowable
from recordings.web.render import PageRequest, go_to, render_either

NextStep = Callable[[], tuple[str, str]]

PAGE = "components/edit.html"
FORM = "components/_edit.html"


class EditForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form over one row: `instance`, not saved, is what it asks a use case for.

    Text with characters that cannot be seen is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(refuse_unshowable)

    @property
    def asks_for_secrets_again(self) -> bool:
        """Whether secrets were typed that the page, which is shown again, does not hold any more."""
        return False

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Let the field `name` choose from `rows`."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rows
        if field.empty_label is not None:
            field.empty_label = gettext("Choose…") if field.required else gettext("None")


def posted(request: PageRequest) -> QueryDict | None:
    """What a form is bound to: also when nothing but the button was posted."""
    return request.POST if request.method == "POST" else None


def edit(
    request: PageRequest,
    form: EditForm,
    store: Callable[[], bool | None],
    *,
    heading: str,
    back: str,
    success_message: str,
    next_step: NextStep | None = None,
) -> HttpResponse:
    """Show a form; when it was posted, store it, say so and go to the thing's own page.

    `next_step` gives the words and the address of what usually comes next; it is asked after the thing is stored.

    `store` gives False when nothing was different. What it refuses with a ValidationError is said at the fields like
    what the form refuses by itself, and so is a name that another user took at the same moment.
    """
    if form.is_valid():
        try:
            changed = store()
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            form.full_clean()  # sees the other's row now
            if form.is_valid():
                raise
        else:
            if changed is False:
                messages.info(request, gettext("Nothing to change."))
            else:
                messages.success(request, _with_link(success_message, next_step) if next_step else success_message)
            return go_to(request, form.instance.get_absolute_url())
    context = {"form": form, "heading": heading, "back": back}
    return render_either(request, PAGE, FORM, context, status=422 if form.is_bound else 200)


def _with_link(success_message: str, next_step: NextStep) -> str:
    label, url = next_step()
    return format_html('{} <a href="{}">{}</a>', success_message, url, label)

"""What is done to many devices of the list at once: selecting all that match, and their labels."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from recordings.fleet.bulk_labels import add_label, remove_label
from recordings.fleet.forms import LabelForm
from recordings.fleet.list_views import NO_FILTERS
from recordings.web.device_selection import BadSelection, SelectionChanged, freeze_selection, selected_devices
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to

LONGEST_QUERY = 2000


@require_POST
@allowed("fleet.see")
def select(request: PageRequest) -> HttpResponse:
    """Freeze all devices that match the list's filters, and show the list with them selected."""
    query = _filters(request.POST.get("query", ""))
    try:
        selection = freeze_selection(query, user=request.user)
    except BadSelection:
        messages.error(request, gettext("Nothing was selected: a filter is invalid."))
        return go_to(request, reverse("devices"))
    query["selection"] = str(selection.pk)
    return go_to(request, f"{reverse('devices')}?{query.urlencode()}")


@require_POST
@allowed("fleet.change")
def labels(request: PageRequest) -> HttpResponse:
    """Add a label to the selected devices, or take it off."""
    query = _filters(request.POST.get("query", ""))
    back = f"{reverse('devices')}?{query.urlencode()}" if query else reverse("devices")
    form = LabelForm(request.POST)
    try:
        devices = selected_devices(request.POST, user=request.user, permission="fleet.change")
    except BadSelection:
        messages.error(request, gettext("Nothing was changed: this selection had expired. Select again."))
        return go_to(request, back)
    except SelectionChanged as changed:
        messages.error(request, words_for(changed))
        return go_to(request, back)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    elif not devices:
        messages.error(request, gettext("Nothing was changed: no device was selected."))
    elif form.cleaned_data["change"] == "add":
        added = add_label(actor=request.user, devices=devices, name=form.label_name())
        text = ngettext("Label added to %(n)s device.", "Label added to %(n)s devices.", added)
        messages.success(request, text % {"n": added})
    else:
        removed = remove_label(actor=request.user, devices=devices, name=form.label_name())
        text = ngettext("Label removed from %(n)s device.", "Label removed from %(n)s devices.", removed)
        messages.success(request, text % {"n": removed})
    return go_to(request, back)


def words_for(changed: SelectionChanged) -> str:
    """What is different from the selection, and that nothing was done."""
    return gettext(
        "Nothing was changed: other devices match now (%(added)s more, %(removed)s fewer). Check the list, then "
        "select again."
    ) % {"added": changed.added, "removed": changed.removed}


def _filters(text: str) -> QueryDict:
    """The filters in a query string, without its page and its selection."""
    query = QueryDict(text[:LONGEST_QUERY], mutable=True)
    for name in NO_FILTERS:
        query.pop(name, None)
    return query

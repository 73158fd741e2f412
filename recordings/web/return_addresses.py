"""The way back to where a user began: the list with the same filters, page and place, or the dashboard.

Pages that settle one item carry the list's address as `back`, in the query and then in the form.
"""

from django.http import HttpRequest
from django.urls import reverse

LONGEST = 2000


def list_to_return_to(request: HttpRequest) -> str:
    """The address of what needs attention, or of the dashboard, which came as `back`; empty for any other."""
    back = request.POST.get("back", "") or request.GET.get("back", "")
    path = back.partition("#")[0].partition("?")[0]
    is_safe = path in {reverse("attention"), reverse("home")} and back.isprintable() and len(back) <= LONGEST
    return back if is_safe else ""

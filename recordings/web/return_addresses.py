"""The way back to the list on which a user began: the same filters, the same page, the same place.

Pages that settle one item carry the list's address as `back`, in the query and then in the form.
"""

from django.http import HttpRequest
from django.urls import reverse

LONGEST = 2000


def list_to_return_to(request: HttpRequest) -> str:
    """The list's address, which came as `back`; empty when none did, and for any address that is not that list's."""
    back = request.POST.get("back", "") or request.GET.get("back", "")
    path = back.partition("#")[0].partition("?")[0]
    is_safe = path == reverse("attention") and back.isprintable() and len(back) <= LONGEST
    return back if is_safe else ""

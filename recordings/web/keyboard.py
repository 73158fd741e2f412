"""The keys that pages know: a page for reading, a dialog on top of the page where `?` is pressed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recordings.web.render import render_either


@require_safe
def keyboard(request: HttpRequest) -> HttpResponse:
    """Open to all: it says nothing of this installation."""
    return render_either(request, "keyboard/keyboard.html", "keyboard/_keyboard.html", {})

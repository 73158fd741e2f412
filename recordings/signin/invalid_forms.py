"""How the pages of signing in answer what cannot be taken: 422, like every form here."""

from django.forms import BaseForm
from django.http import HttpResponse


class Answers422:
    """Before a FormView in the list of bases."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response

"""The user's own passkeys: add, rename, remove. The page of second factors lists them."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.views.generic import RedirectView

from recordings.identity.allauth_internals import begin_passkey_registration
from recordings.identity.factors import may_remove
from recordings.signin.factor_changes import added, removed, renamed
from recordings.signin.guard import READ, READ_WRITE, InvalidFormMixin, own_page
from recordings.signin.passkey_forms import NamePasskeyForm


class AddPasskey(InvalidFormMixin, AddWebAuthnView):  # type: ignore[misc]
    """Creates a passkey that verifies its holder and signs in without name and password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(kwargs)  # allauth's drops the form that was just refused
        context["js_data"] = {"creation_options": begin_passkey_registration(self.request.user)}
        return context

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            name = form.cleaned_data["name"]
            added(
                self.request,
                Authenticator.Type.WEBAUTHN,
                name=name,
                made_codes=self.did_generate_recovery_codes,
            )
        messages.success(self.request, gettext("Passkey added. It signs you in without a password."))
        return response


class NamePasskey(InvalidFormMixin, EditWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: NamePasskeyForm) -> HttpResponse:
        with transaction.atomic():
            before = form.instance.wrap().name
            response: HttpResponse = super().form_valid(form)
            renamed(self.request, before=before, after=form.cleaned_data["name"])
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_remove": may_remove(self.object)}

    def form_valid(self, form: Form) -> HttpResponse:
        with removed(self.request, self.object) as goes:
            if not goes:
                stays: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
                return stays
            response: HttpResponse = super().form_valid(form)
        messages.success(self.request, gettext("Passkey removed here. Delete it on its device too."))
        return response


list_passkeys = own_page(*READ)(RedirectView.as_view(pattern_name="mfa_index"))
add_passkey = own_page(*READ_WRITE, sensitive=True)(AddPasskey.as_view())
name_passkey = own_page(*READ_WRITE, sensitive=True)(NamePasskey.as_view())
remove_passkey = own_page(*READ_WRITE, sensitive=True)(RemovePasskey.as_view())

"""The user's own authenticator app and recovery codes.

allauth's views behind `own_page`. Each change, its audit entry and the end of other sessions are one transaction.
"""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext

from recordings.identity.factors import may_remove, must_add_factor, needs_factor
from recordings.signin.factor_changes import added, made_codes, removed
from recordings.signin.factor_forms import mark_code_used
from recordings.signin.guard import READ, READ_WRITE, InvalidFormMixin, own_page


class Factors(IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "must_add_factor": must_add_factor(user),
            "needs_factor": needs_factor(user),
        }


class AddApp(InvalidFormMixin, ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            had_codes = _codes_of(self.request.user.pk).exists()
            response: HttpResponse = super().form_valid(form)
            mark_code_used(self.request.user, form.cleaned_data["code"])
            added(self.request, Authenticator.Type.TOTP, made_codes=not had_codes)
        messages.success(self.request, gettext("App set up. Sign-in now requires its code."))
        return response


class RemoveApp(InvalidFormMixin, DeactivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_remove": may_remove(self.authenticator)}

    def form_valid(self, form: Form) -> HttpResponse:
        with removed(self.request, self.authenticator) as goes:
            if not goes:
                return self.form_invalid(self.get_form())
            response: HttpResponse = super().form_valid(form)
        messages.success(self.request, gettext("Authenticator app removed."))
        return response


class MakeCodes(InvalidFormMixin, GenerateRecoveryCodesView):  # type: ignore[misc]
    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            made_codes(self.request)
        messages.success(self.request, gettext("New recovery codes created. The old ones no longer work."))
        return response


def _codes_of(user_pk: int) -> Any:
    return Authenticator.objects.filter(user_id=user_pk, type=Authenticator.Type.RECOVERY_CODES)


factors = own_page(*READ)(Factors.as_view())
add_app = own_page(*READ_WRITE, sensitive=True)(AddApp.as_view())
remove_app = own_page(*READ_WRITE, sensitive=True)(RemoveApp.as_view())
codes = own_page(*READ, sensitive=True)(ViewRecoveryCodesView.as_view())
make_codes = own_page(*READ_WRITE, sensitive=True)(MakeCodes.as_view())
download_codes = own_page(*READ, sensitive=True)(DownloadRecoveryCodesView.as_view())

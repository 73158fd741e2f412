"""The pages on which the key of a storage or of a cloud account is replaced, once the new one passed its test."""

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recordings.credentials.check_account_key import explained
from recordings.credentials.key_forms import AccountKeyForm, StorageKeyForm
from recordings.credentials.queries import accounts_for, storages_for
from recordings.credentials.replace_key import (
    Rejected,
    Replaced,
    Superseded,
    Unchanged,
    replace_account_key,
    replace_storage_key,
)
from recordings.lifecycle.check_storage_key import result_of
from recordings.models import CloudAccount, StorageCredential
from recordings.web.edit import posted
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either


@sensitive_post_parameters("access_key", "secret_key")
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def storage_key(request: PageRequest, pk: int) -> HttpResponse:
    """Test a storage's new key and replace the current one; a failed test is explained and replaces nothing."""
    found = get_object_or_404(storages_for(request.user, "credential.change"), pk=pk)
    form = StorageKeyForm(posted(request), instance=found, current=found.keys.filter(replaced_at=None).first())
    failure: dict[str, Any] = {}
    if form.is_valid():
        match replace_storage_key(
            actor=request.user, storage=found, new=form.new_key(), reason=form.reason_without_test()
        ):
            case Rejected(tested=key):
                failure = {"test": result_of(key)}
            case outcome:
                return _leave(request, found, outcome)
    return _show(request, form, found, failure)


@sensitive_post_parameters("secret_key")
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def account_key(request: PageRequest, pk: UUID) -> HttpResponse:
    """The same for a cloud account's key."""
    found = get_object_or_404(accounts_for(request.user, "credential.change"), pk=pk)
    form = AccountKeyForm(posted(request), instance=copy(found))
    failure: dict[str, Any] = {}
    if form.is_valid():
        match replace_account_key(
            actor=request.user, account=found, new=form.new_key(), reason=form.reason_without_test()
        ):
            case Rejected(tested=tested):
                failure = {"tested": tested, "explanation": explained(tested)}
            case outcome:
                return _leave(request, found, outcome)
    return _show(request, form, found, failure)


def _show(
    request: PageRequest,
    form: StorageKeyForm | AccountKeyForm,
    row: CloudAccount | StorageCredential,
    failure: dict[str, Any],
) -> HttpResponse:
    context = {
        "form": form,
        "heading": gettext("Replace the key of %(name)s") % {"name": row},
        "back": row.get_absolute_url(),
        "failed": bool(failure),
        "offers_box": bool(failure) or "without_test" in form.data,
    }
    status = 422 if form.is_bound else 200
    return render_either(
        request, "credentials/replace_key.html", "credentials/_replace_key.html", context | failure, status=status
    )


def _leave(
    request: PageRequest, row: CloudAccount | StorageCredential, outcome: Replaced | Unchanged | Superseded
) -> HttpResponse:
    match outcome:
        case Replaced(passed=True):
            messages.success(request, gettext("Key tested and replaced. Running recordings are not affected."))
        case Replaced():
            messages.warning(request, gettext("Key replaced although its test failed. Test it again soon."))
        case Unchanged():
            messages.info(request, gettext("Nothing to change."))
        case Superseded():
            messages.error(
                request, gettext("Nothing was changed: another user changed this while the key was tested. Try again.")
            )
    return go_to(request, row.get_absolute_url())

"""The buttons on the pages of accounts and storages: test an account's key, retire and reactivate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from recordings.credentials.check_account_key import try_account
from recordings.credentials.queries import accounts_for, storages_for
from recordings.credentials.retirement import (
    StillRecording,
    restore_account,
    restore_storage,
    retire_account,
    retire_storage,
)
from recordings.credentials.signature_check import check_signature
from recordings.models import CloudAccount, Recording, StorageCredential
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either


@require_POST
@allowed("credential.change")
def account_test(request: PageRequest, pk: UUID) -> HttpResponse:
    """Test an account's key; the account's page shows the result."""
    found = _account(request, pk)
    try_account(actor=request.user, account=found)
    return go_to(request, found.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change")
def account_signature(request: PageRequest, pk: UUID) -> HttpResponse:
    """Explain the check of an account's signature; when posted, make it and show each step."""
    found = _account(request, pk)
    check = check_signature(actor=request.user, account=found) if request.method == "POST" else None
    context = {"account": found, "check": check}
    return render_either(request, "credentials/signature.html", "credentials/_signature.html", context)


@require_POST
@allowed("credential.change", sensitive=True)
def account_retire(request: PageRequest, pk: UUID) -> HttpResponse:
    """Retire an account; refused while recordings of it are live, since they need its key to stop."""
    found = _account(request, pk)
    try:
        changed = retire_account(actor=request.user, account=found)
    except StillRecording:
        message = gettext("Nothing was changed: this account has live recordings. Stop or close them first.")
        messages.error(request, message)
        return go_to(request, found.get_absolute_url())
    return _say(request, found, changed, gettext("Retired: no longer used for new recordings."))


@require_POST
@allowed("credential.change", sensitive=True)
def account_restore(request: PageRequest, pk: UUID) -> HttpResponse:
    """Reactivate a retired account."""
    found = _account(request, pk)
    return _say(request, found, restore_account(actor=request.user, account=found), gettext("Reactivated."))


@require_POST
@allowed("credential.change", sensitive=True)
def storage_retire(request: PageRequest, pk: int) -> HttpResponse:
    """Retire a storage, and show what still uploads into it."""
    found = _storage(request, pk)
    changed = retire_storage(actor=request.user, storage=found)
    live = Recording.objects.filter(Recording.IS_LIVE, storage=found).count()
    success_message = gettext("Retired: no new recordings into it.")
    if live:
        success_message = ngettext(
            "Retired. %(count)s live recording keeps uploading into it.",
            "Retired. %(count)s live recordings keep uploading into it.",
            live,
        ) % {"count": live}
    return _say(request, found, changed, success_message)


@require_POST
@allowed("credential.change", sensitive=True)
def storage_restore(request: PageRequest, pk: int) -> HttpResponse:
    """Reactivate a retired storage."""
    found = _storage(request, pk)
    return _say(request, found, restore_storage(actor=request.user, storage=found), gettext("Reactivated."))


def _say(
    request: PageRequest, row: CloudAccount | StorageCredential, changed: bool, success_message: str
) -> HttpResponse:
    if changed:
        messages.success(request, success_message)
    else:
        messages.info(request, gettext("Nothing to change."))
    return go_to(request, row.get_absolute_url())


def _account(request: PageRequest, pk: UUID) -> CloudAccount:
    return get_object_or_404(accounts_for(request.user, "credential.change"), pk=pk)


def _storage(request: PageRequest, pk: int) -> StorageCredential:
    return get_object_or_404(storages_for(request.user, "credential.change"), pk=pk)

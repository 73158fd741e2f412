"""The buttons on the pages of accounts and storages: testing an account's key, retiring, bringing back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from recordings.credentials.account_testing import test_account
from recordings.credentials.queries import accounts_for, live_with, storages_for
from recordings.credentials.retiring import StillLive, bring_back, retire
from recordings.models import CloudAccount, StorageCredential
from recordings.web import PageRequest, allowed, go_to


@require_POST
@allowed("credential.change")
def account_test(request: PageRequest, pk: UUID) -> HttpResponse:
    """Try out an account's key; the account's page shows what was found."""
    found = test_account(actor=request.user, account=_account(request, pk))
    return go_to(request, found.get_absolute_url())


@require_POST
@allowed("credential.change", sensitive=True)
def account_retire(request: PageRequest, pk: UUID) -> HttpResponse:
    return _retire(request, _account(request, pk))


@require_POST
@allowed("credential.change", sensitive=True)
def account_bring_back(request: PageRequest, pk: UUID) -> HttpResponse:
    return _bring_back(request, _account(request, pk))


@require_POST
@allowed("credential.change", sensitive=True)
def storage_retire(request: PageRequest, pk: int) -> HttpResponse:
    return _retire(request, _storage(request, pk))


@require_POST
@allowed("credential.change", sensitive=True)
def storage_bring_back(request: PageRequest, pk: int) -> HttpResponse:
    return _bring_back(request, _storage(request, pk))


def _retire(request: PageRequest, row: CloudAccount | StorageCredential) -> HttpResponse:
    try:
        changed = retire(actor=request.user, row=row)
    except StillLive as error:
        said = ngettext(
            "Nothing was changed: %(count)s recording of this account is live. Stop or close it first.",
            "Nothing was changed: %(count)s recordings of this account are live. Stop or close them first.",
            error.count,
        )
        messages.error(request, said % {"count": error.count})
        return go_to(request, row.get_absolute_url())
    live = live_with(row).count()
    if not changed:
        messages.info(request, gettext("Nothing was changed: it is retired already."))
    elif live:
        said = ngettext(
            "Retired. %(count)s live recording goes on uploading into it.",
            "Retired. %(count)s live recordings go on uploading into it.",
            live,
        )
        messages.warning(request, said % {"count": live})
    else:
        messages.success(request, gettext("Retired: nothing is started with it any more."))
    return go_to(request, row.get_absolute_url())


def _bring_back(request: PageRequest, row: CloudAccount | StorageCredential) -> HttpResponse:
    if bring_back(actor=request.user, row=row):
        messages.success(request, gettext("Brought back: it can be started with again."))
    else:
        messages.info(request, gettext("Nothing was changed: it is not retired."))
    return go_to(request, row.get_absolute_url())


def _account(request: PageRequest, pk: UUID) -> CloudAccount:
    return get_object_or_404(accounts_for(request.user, "credential.change"), pk=pk)


def _storage(request: PageRequest, pk: int) -> StorageCredential:
    return get_object_or_404(storages_for(request.user, "credential.change"), pk=pk)

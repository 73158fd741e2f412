"""The pages of cloud accounts and of storages: lists, one of each, adding and changing them.

Only users who may change them see more than names, and no user sees a secret.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.credentials.check_account_key import account_summary, explained
from recordings.credentials.forms import AccountForm, NewAccountForm, NewStorageForm, StorageForm
from recordings.credentials.key_use import uses_of
from recordings.credentials.queries import (
    accounts_for,
    current_key_of,
    has_new_secret_id,
    last_use_of,
    live_seen_by,
    old_before,
    open_calls_with_earlier_key,
    storages_for,
    with_current_keys,
)
from recordings.credentials.services import change_account, change_storage, create_account, create_storage
from recordings.lifecycle.check_storage_key import NoStorageKey, last_test_of, summary, test_storage
from recordings.permissions import holds, projects_where
from recordings.web.edit import edit, posted
from recordings.web.guard import allowed
from recordings.web.paging import page_of
from recordings.web.render import PageRequest, go_to, render_either, wants_fragment

MAX_SHOWN = 100
MAX_KEYS = 20


@require_safe
@allowed("credential.names")
def accounts(request: PageRequest) -> HttpResponse:
    """The cloud accounts of this person's projects, by name."""
    found = accounts_for(request.user, "credential.names")
    page = page_of(found, by="name", cursor=request.GET.get("after", ""))
    context = {
        "page": page,
        "rows": [(account, account_summary(account)) for account in page.rows],
        "old_before": old_before(timezone.now()),
        "may_change": holds(request.user, "credential.change"),
    }
    return render_either(request, "credentials/accounts.html", "credentials/_accounts.html", context)


@require_safe
@allowed("credential.names")
def account(request: PageRequest, pk: UUID) -> HttpResponse:
    """One account: its name and this person's projects in it; for a credential admin the rest, but no secret."""
    found = get_object_or_404(accounts_for(request.user, "credential.names"), pk=pk)
    may_change = holds(request.user, "credential.change")
    context = {
        "account": found,
        "projects": list(projects_where(request.user, "fleet.see").filter(account=found)[:MAX_SHOWN]),
        "live": list(live_seen_by(request.user, found)[:MAX_SHOWN]),
        "old_before": old_before(timezone.now()),
        "explanation": explained(found),
        "open_calls": open_calls_with_earlier_key(found),
        "new_secret_id": has_new_secret_id(found),
        "last_use": last_use_of(found) if may_change else None,
        "may_change": may_change,
    }
    return render(request, "credentials/account.html", context)


@sensitive_post_parameters("secret_key")
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def account_new(request: PageRequest) -> HttpResponse:
    """Add a cloud account."""
    form = NewAccountForm(posted(request))
    return edit(
        request,
        form,
        lambda: create_account(actor=request.user, account=form.instance, secret_key=form.cleaned_data["secret_key"]),
        heading=gettext("Add a cloud account"),
        back=reverse("accounts"),
        success_message=gettext("Cloud account added."),
        next_step=_test_the_key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def account_edit(request: PageRequest, pk: UUID) -> HttpResponse:
    """Change a cloud account; its key has a page of its own."""
    found = get_object_or_404(accounts_for(request.user, "credential.change"), pk=pk)
    form = AccountForm(posted(request), instance=found)
    return edit(
        request,
        form,
        lambda: change_account(actor=request.user, account=form.instance),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Saved."),
        next_step=lambda: (gettext("Add a project"), reverse("project_new")),
    )


@require_safe
@allowed("credential.names")
def storages(request: PageRequest) -> HttpResponse:
    """The storages that this person's projects may use, by name."""
    found = with_current_keys(storages_for(request.user, "credential.names"))
    page = page_of(found, by="name", cursor=request.GET.get("after", ""))
    keyed = [(storage, current_key_of(storage)) for storage in page.rows]
    context = {
        "page": page,
        "rows": [(storage, key, summary(key)) for storage, key in keyed],
        "old_before": old_before(timezone.now()),
        "may_change": holds(request.user, "credential.change"),
    }
    return render_either(request, "credentials/storages.html", "credentials/_storages.html", context)


@require_safe
@allowed("credential.names")
def storage(request: PageRequest, pk: int) -> HttpResponse:
    """One storage: its bucket and the projects that may use it; for a credential admin the history of its keys."""
    found = get_object_or_404(storages_for(request.user, "credential.names"), pk=pk)
    may_change = holds(request.user, "credential.change")
    context = {
        "storage": found,
        "projects": list(projects_where(request.user, "fleet.see").filter(storages=found)[:MAX_SHOWN]),
        "profiles": list(found.profiles.all()[:MAX_SHOWN]),
        "live": list(live_seen_by(request.user, found)[:MAX_SHOWN]),
        "uses": uses_of(found, now=timezone.now(), most=MAX_KEYS) if may_change else [],
        "last_use": last_use_of(found) if may_change else None,
        "old_before": old_before(timezone.now()),
        "test": last_test_of(found),
        "may_change": may_change,
    }
    return render(request, "credentials/storage.html", context)


@sensitive_post_parameters("access_key", "secret_key")
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def storage_new(request: PageRequest) -> HttpResponse:
    """Add a storage with its key."""
    form = NewStorageForm(posted(request), user=request.user)
    return edit(
        request,
        form,
        lambda: create_storage(
            actor=request.user,
            storage=form.instance,
            projects=list(form.cleaned_data["projects"]),
            key=form.new_key(),
        ),
        heading=gettext("Add a storage"),
        back=reverse("storages"),
        success_message=gettext("Storage added."),
        next_step=_test_the_key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("credential.change", sensitive=True)
def storage_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a storage; its key has a page of its own."""
    found = get_object_or_404(storages_for(request.user, "credential.change"), pk=pk)
    form = StorageForm(posted(request), user=request.user, instance=found)
    return edit(
        request,
        form,
        lambda: change_storage(actor=request.user, storage=form.instance, projects=list(form.cleaned_data["projects"])),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Storage saved."),
        next_step=lambda: (gettext("Add a profile"), reverse("profile_new")),
    )


@require_POST
@allowed("credential.change")
def storage_test(request: PageRequest, pk: int) -> HttpResponse:
    """Test a storage's key: the result is shown in place, or on the storage's page without JavaScript."""
    found = get_object_or_404(storages_for(request.user, "credential.change"), pk=pk)
    try:
        test_storage(actor=request.user, storage=found)
    except NoStorageKey:
        messages.error(request, gettext("Nothing was tested: this storage has no key."))
        return go_to(request, found.get_absolute_url())
    if not wants_fragment(request):
        return go_to(request, found.get_absolute_url())
    context = {"storage": found, "test": last_test_of(found), "may_change": True}
    return render(request, "credentials/_test.html", context)


def _test_the_key() -> tuple[str, str]:
    """What comes next when a key was given; the address is that of the page to which the save leads."""
    return gettext("Next: test the key"), "#key-test"

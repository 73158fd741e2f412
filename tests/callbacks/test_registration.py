"""Keys and registering: the address goes out, responses are judged, two keys are valid at most, all is in the trail."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from recordings import vault
from recordings.callbacks.queries import registered_key, valid_keys
from recordings.callbacks.registration import (
    KeyInUse,
    KeyNotAllowed,
    NoCallbackKey,
    TooManyKeys,
    address_of,
    make_key,
    register,
    replace_key,
    retire_key,
    set_up,
)
from recordings.calls import call, close
from recordings.models import ApiCall, AuditEntry, CallbackKey, Project, User
from recordings.sandbox import Fault, Sandbox
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.trro.requests import ModifyCallbackUrl
from recordings.trro.responses import judge

pytestmark = pytest.mark.django_db
ACTION = "ModifyCallbackUrl"


def receiver_of(sandbox: Sandbox, project: Project) -> tuple[str, str]:
    receiver = sandbox.parts.callbacks.receivers.of(project.project_id)
    return receiver.url, receiver.key


def test_the_vendor_gets_the_address_and_a_key_that_was_made_here(
    sandbox: Sandbox, admin: User, project: Project
) -> None:
    assert isinstance(set_up(actor=admin, project=project), Accepted)
    key = CallbackKey.objects.get()
    opened = vault.open_sealed(key, "key")
    assert len(opened) >= 32
    assert receiver_of(sandbox, project) == (address_of(project), opened)
    project.refresh_from_db()
    assert project.callback_url == address_of(project)
    assert registered_key(project) == key
    call = ApiCall.objects.get()
    assert (call.action, call.outcome, call.recording) == (ACTION, "accepted", None)
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == [
        "callback_key.made", "callbacks.register_asked", "callbacks.registered",
    ]  # fmt: skip
    assert opened not in str(list(AuditEntry.objects.values_list("before", "after", "target")))


def test_registering_again_tells_the_same_key(sandbox: Sandbox, admin: User, project: Project) -> None:
    set_up(actor=admin, project=project)
    before = receiver_of(sandbox, project)
    set_up(actor=admin, project=project)
    assert receiver_of(sandbox, project) == before
    assert CallbackKey.objects.count() == 1


def test_a_replaced_key_leaves_the_old_one_valid_until_it_is_retired(
    sandbox: Sandbox, admin: User, project: Project
) -> None:
    set_up(actor=admin, project=project)
    old = CallbackKey.objects.get()
    replace_key(actor=admin, project=project)
    new = registered_key(project)
    assert new
    assert new != old
    assert receiver_of(sandbox, project)[1] == vault.open_sealed(new, "key")
    with pytest.raises(TooManyKeys):
        replace_key(actor=admin, project=project)
    with pytest.raises(KeyInUse):
        retire_key(actor=admin, project=project, key=new)
    for _twice in range(2):
        retire_key(actor=admin, project=project, key=old)
    assert AuditEntry.objects.filter(action="callback_key.retired").count() == 1
    assert list(CallbackKey.objects.filter(retired_at=None)) == [new]


def test_a_key_that_was_refused_is_not_taken_for_the_registered_one(
    sandbox: Sandbox, admin: User, project: Project
) -> None:
    set_up(actor=admin, project=project)
    old = CallbackKey.objects.get()
    sandbox.add_fault(Fault.REFUSE, action=ACTION, code="InvalidParameterValue")
    assert isinstance(replace_key(actor=admin, project=project), Refused)
    assert registered_key(project) == old
    assert isinstance(register(actor=admin, project=project), Accepted)
    retire_key(actor=admin, project=project, key=old)


def test_a_key_whose_registration_got_no_answer_cannot_be_retired_until_it_did(
    sandbox: Sandbox, admin: User, project: Project
) -> None:
    """The vendor signs with it already: without it every callback would be refused without a visible reason."""
    set_up(actor=admin, project=project)
    old = CallbackKey.objects.get()
    sandbox.add_fault(Fault.RESET_AFTER, action=ACTION)
    assert isinstance(replace_key(actor=admin, project=project), Unknown)
    new = CallbackKey.objects.exclude(pk=old.pk).get()
    for key in (new, old):
        with pytest.raises(KeyInUse):
            retire_key(actor=admin, project=project, key=key)
    assert isinstance(register(actor=admin, project=project), Accepted)
    retire_key(actor=admin, project=project, key=old)
    assert registered_key(project) == new


def test_a_lost_answer_is_unknown_and_asking_again_is_safe(sandbox: Sandbox, admin: User, project: Project) -> None:
    sandbox.add_fault(Fault.RESET_AFTER, action=ACTION)
    assert isinstance(set_up(actor=admin, project=project), Unknown)
    assert project.callbacks_registered_at is None
    assert isinstance(set_up(actor=admin, project=project), Accepted)
    assert CallbackKey.objects.count() == 1


@pytest.mark.parametrize("code", [1, -1, 10**300])
def test_a_code_other_than_zero_is_a_refusal(code: int) -> None:
    request = ModifyCallbackUrl(project_id="p", callback_url="https://x/", sign_key="k")
    body = f'{{"Response": {{"Code": {code}, "Msg": "no\\u0000", "RequestId": "r"}}}}'.encode()
    outcome = judge(request, body)
    assert isinstance(outcome, Refused)
    assert outcome.code.startswith("CallbackUrlRefused.")
    assert len(outcome.code) <= 128
    assert "\x00" not in outcome.message


@pytest.mark.parametrize("code", ["null", '"0"', "true", "false", "0.0", "[]"])
def test_a_code_that_is_no_number_is_unknown(code: str) -> None:
    request = ModifyCallbackUrl(project_id="p", callback_url="https://x/", sign_key="k")
    assert isinstance(judge(request, f'{{"Response": {{"Code": {code}, "RequestId": "r"}}}}'.encode()), Unknown)


def test_a_request_shows_its_key_nowhere() -> None:
    request = ModifyCallbackUrl(project_id="p", callback_url="https://x/", sign_key="canary")
    assert "canary" not in repr(request) + str(request.shown())
    assert request.params()["SignKey"] == "canary"


def test_without_a_key_nothing_is_registered(sandbox: Sandbox, admin: User, project: Project) -> None:
    with pytest.raises(NoCallbackKey):
        register(actor=admin, project=project)
    assert not ApiCall.objects.exists()


def test_only_a_credential_admin_may(project: Project, operator: User, auditor: User) -> None:
    for person in (operator, auditor):
        for work in (make_key, register, set_up, replace_key):
            with pytest.raises(PermissionDenied):
                work(actor=person, project=project)


def test_register_callbacks_registers_every_project(sandbox: Sandbox, project: Project) -> None:
    call_command("register_callbacks")
    project.refresh_from_db()
    assert project.callbacks_registered_at
    with pytest.raises(CommandError):
        call_command("register_callbacks", "--project", "none")


def test_register_callbacks_says_what_failed(sandbox: Sandbox, project: Project) -> None:
    sandbox.add_fault(Fault.REFUSE, action=ACTION, code="ResourceNotFound")
    with pytest.raises(CommandError, match="ResourceNotFound"):
        call_command("register_callbacks", "--project", project.project_id)


OLDER_FORM = "an-older_key-of-40-characters-0123456789"


def older_key(project: Project) -> CallbackKey:
    """As keys were made before they were 32 letters and digits."""
    key = CallbackKey(project=project, created_by="system")
    vault.seal(key, "key", OLDER_FORM)
    key.save(force_insert=True)
    return key


def test_a_new_key_is_32_letters_and_digits(admin: User, project: Project) -> None:
    opened = vault.open_sealed(make_key(actor=admin, project=project), "key")
    assert re.fullmatch(r"[A-Za-z0-9]{32}", opened)


def test_a_key_that_the_vendor_refuses_is_not_sent(sandbox: Sandbox, admin: User, project: Project) -> None:
    older_key(project)
    with pytest.raises(KeyNotAllowed):
        register(actor=admin, project=project)
    assert not ApiCall.objects.exists()


def test_setting_up_again_replaces_a_key_of_an_older_form_and_keeps_it_valid(
    sandbox: Sandbox, admin: User, project: Project
) -> None:
    old = [older_key(project), older_key(project)]
    assert isinstance(set_up(actor=admin, project=project), Accepted)
    new = CallbackKey.objects.exclude(pk__in=[each.pk for each in old]).get()
    assert receiver_of(sandbox, project)[1] == vault.open_sealed(new, "key")
    assert valid_keys(project).count() == 3
    for each in old:
        retire_key(actor=admin, project=project, key=each)
    assert list(valid_keys(project)) == [new]


@pytest.mark.parametrize("key", [OLDER_FORM, "a" * 33, "a-b", "a_b", "ä", "a b"])
def test_the_sandbox_refuses_a_sign_key_that_the_vendor_refuses(sandbox: Sandbox, project: Project, key: str) -> None:
    request = ModifyCallbackUrl(project_id=project.project_id, callback_url="http://127.0.0.1:9/", sign_key=key)
    outcome = call(account=project.account, request=request, before_call=lambda: None, after_call=close)
    assert isinstance(outcome, Refused)
    assert outcome.code.startswith("InvalidParameter")

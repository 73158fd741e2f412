"""/credentials/accounts/<id>/signature/: which step of a signature fails, and never the key."""

import pytest
from django.test import Client

from recordings import vault
from recordings.credentials.signature_check import SignatureCheck
from recordings.models import AuditEntry, Project, User
from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods
from tests.factories import ACCOUNT_SECRET_KEY, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db(transaction=True)


def url(project: Project) -> str:
    return f"/credentials/accounts/{project.account_id}/signature/"


def checked(project: Project, admin: User) -> tuple[SignatureCheck, str]:
    response = signed_in(admin).post(url(project))
    assert response.status_code == 200
    return response.context["check"], response.content.decode()


def tones(check: SignatureCheck) -> list[tuple[str, str]]:
    return [(step.title, step.tone) for step in check.steps]


def test_a_good_key_passes_every_step_and_is_not_shown(sandbox: Sandbox, project: Project, admin: User) -> None:
    check, page = checked(project, admin)
    assert tones(check) == [
        ("Key", "good"),
        ("Canonical request", "good"),
        ("String to sign", "good"),
        ("Authorization", "good"),
        ("Clock", "good"),
        ("Tencent Cloud's response", "good"),
    ]
    assert check.request_id in page
    assert "TC3-HMAC-SHA256" in page
    assert ACCOUNT_SECRET_KEY not in page
    assert AuditEntry.objects.get(action="account.signature_checked").after == {"test_passed": True}


def test_a_wrong_key_fails_at_the_response_and_is_explained(sandbox: Sandbox, project: Project, admin: User) -> None:
    vault.seal(project.account, "secret_key", "another-key")
    project.account.save()
    check, page = checked(project, admin)
    assert tones(check)[-1] == ("Tencent Cloud's response", "bad")
    assert check.steps[-1].code.startswith("AuthFailure.SignatureFailure")
    assert not check.passed
    assert "another-key" not in page


def test_a_clock_that_is_far_off_fails_and_says_by_how_much(project: Project, admin: User) -> None:
    accounts = {project.account.secret_id: ACCOUNT_SECRET_KEY}
    with running_sandbox(SandboxConfig(accounts=accounts, clock_skew=900)) as ahead_of_us:
        project.account.endpoint = ahead_of_us.url
        project.account.save()
        check, _ = checked(project, admin)
    assert tones(check)[-2:] == [("Clock", "bad"), ("Tencent Cloud's response", "bad")]
    assert check.steps[-2].text.startswith(("This server is 900", "This server is 901", "This server is 899"))
    assert check.steps[-1].code.startswith("AuthFailure.SignatureExpire")


def test_a_key_that_cannot_be_decrypted_ends_at_the_first_step(project: Project, admin: User) -> None:
    project.account.secret_key_sealed = bytes(project.account.secret_key_sealed)[:-1] + b"x"
    project.account.save()
    check, _ = checked(project, admin)
    assert tones(check) == [("Key", "bad")]


def test_without_a_connection_it_says_so(project: Project, admin: User) -> None:
    check, _ = checked(project, admin)
    assert tones(check)[-1] == ("Connection", "bad")
    assert "Clock" not in dict(tones(check))


def test_nothing_is_sent_by_looking(sandbox: Sandbox, project: Project, admin: User) -> None:
    response = signed_in(admin).get(url(project))
    assert response.context["check"] is None
    assert not AuditEntry.objects.filter(action="account.signature_checked").exists()


def test_a_fragment_replaces_the_section(sandbox: Sandbox, project: Project, admin: User) -> None:
    page = signed_in(admin).post(url(project), headers=FRAGMENT).content.decode()
    assert page.lstrip().startswith('<section id="signature"')


def test_who_may(project: Project, operator: User, auditor: User, admin: User) -> None:
    assert_asks_to_sign_in(url(project))
    assert_forbidden(url(project), operator, auditor)
    assert_methods(url(project), admin, "post")
    assert Client().post(url(project)).status_code == 302

"""manage.py grant --create: the first person of an installation; and the mail server's address."""

from io import StringIO

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from recordings.identity.password_links import person_of
from recordings.models import AuditEntry, User
from trroadmin.environment import environment
from trroadmin.mail import mail_server


@pytest.mark.django_db
def test_grant_makes_the_first_credential_admin_and_prints_the_link_they_choose_a_password_with() -> None:
    printed = StringIO()
    call_command("grant", "lin", "credential_admin", "--create", stdout=printed)
    person = person_of(printed.getvalue().strip().partition("#")[2])
    assert person is not None
    assert person.username == "lin"
    assert [str(each) for each in person.memberships.all()] == ["lin: credential_admin of all projects"]
    assert list(AuditEntry.objects.order_by("sequence").values_list("actor", "action")) == [
        ("system", "person.invited"),
        ("system", "membership.granted"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["NOBODY", "a b", "", "system", "SYSTEM"])
def test_grant_refuses_taken_and_invalid_names(no_role_user: User, username: str) -> None:
    with pytest.raises(CommandError):
        call_command("grant", username, "auditor", "--create")
    with pytest.raises(CommandError):
        call_command("grant", "lin", "operator", "--create", "--project", "none")
    assert User.objects.get() == no_role_user
    assert not AuditEntry.objects.exists()


def read(monkeypatch: pytest.MonkeyPatch, address: str) -> dict[str, object]:
    monkeypatch.setenv("TRROADMIN_EMAIL_URL", address)
    env: environ.Env = environment()
    return mail_server(env)


def test_the_address_of_a_mail_server_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, "smtp+tls://lin:pa%2Fss@mail.example.com:587")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("lin", "pa/ss")
    assert found["EMAIL_TIMEOUT"] == 10


def test_without_an_address_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "dummy" in str(read(monkeypatch, "")["EMAIL_BACKEND"])


@pytest.mark.parametrize("address", ["mail.example.com", "http://lin:s3cret@mail", "smtp://lin:s3/cret@mail:x"])
def test_an_address_that_cannot_be_read_is_not_repeated(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        read(monkeypatch, address)
    assert "EMAIL_URL" in str(raised.value)
    assert "lin" not in str(raised.value)

"""/people/new/: inviting somebody, and the link that is shown once."""

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, Membership, Project, Role, User
from recordings.people.links import person_of
from tests.factories import make_person, signed_in

pytestmark = pytest.mark.django_db
NEW = "/people/new/"


class Refusing(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({})


def invite(admin: User, **posted: object) -> str:
    response = signed_in(admin).post(NEW, {"username": "lin", **posted})
    assert response.status_code == 200, response.context["form"].errors
    link: str = response.context["link"]
    return link


def test_an_invited_person_has_roles_no_password_and_a_link(admin: User, project: Project, settings: Settings) -> None:
    link = invite(admin, name="Lin Wei", email="lin@example.com", operator=[str(project.pk)], auditor=["all"])
    person = User.objects.get(username="lin")
    assert (str(person), person.email, person.has_usable_password()) == ("Lin Wei", "lin@example.com", False)
    assert set(Membership.objects.filter(user=person).values_list("role", "project")) == {
        ("operator", project.pk),
        ("auditor", None),
    }
    assert link.startswith(f"{settings.PUBLIC_URL}/people/password/#")
    assert person_of(link.partition("#")[2]) == person


def test_an_invitation_is_in_the_trail_without_its_link(admin: User) -> None:
    link = invite(admin, credential_admin="on")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target) == ("admin", "person.invited", "lin")
    assert entry.after["roles"] == ["credential_admin of all projects"]
    assert link.partition("-")[2] not in str(entry.after)


def test_the_link_is_shown_once_and_never_again(admin: User) -> None:
    token = invite(admin).partition("-")[2]
    page = signed_in(admin).get(User.objects.get(username="lin").get_absolute_url()).content.decode()
    assert "good until" in page
    assert token not in page


def test_all_projects_include_the_chosen_ones(admin: User, project: Project) -> None:
    invite(admin, operator=["all", str(project.pk)])
    assert list(Membership.objects.filter(user__username="lin").values_list("role", "project")) == [("operator", None)]


def test_nothing_ticked_is_no_role(admin: User) -> None:
    invite(admin)
    assert not Membership.objects.filter(user__username="lin").exists()


def test_without_a_mail_server_the_page_says_to_hand_the_link_over(admin: User, settings: Settings) -> None:
    settings.MAILS = False
    response = signed_in(admin).post(NEW, {"username": "lin", "email": "lin@example.com"})
    assert "TRROADMIN_EMAIL_URL" in response.content.decode()
    assert mail.outbox == []


def test_with_a_mail_server_the_link_goes_to_the_address(admin: User, settings: Settings) -> None:
    settings.MAILS = True
    link = invite(admin, email="lin@example.com")
    [letter] = mail.outbox
    assert letter.to == ["lin@example.com"]
    assert link in letter.body
    invite(admin, username="without-address")
    assert len(mail.outbox) == 1


def test_a_mail_server_that_refuses_hinders_nobody(admin: User, settings: Settings) -> None:
    settings.MAILS, settings.EMAIL_BACKEND = True, f"{__name__}.Refusing"
    response = signed_in(admin).post(NEW, {"username": "lin", "email": "lin@example.com"})
    assert "could not be sent" in response.content.decode()
    assert person_of(response.context["link"].partition("#")[2]) is not None


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "ADMIN"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "email"),
        ({"name": "turned\u202eround"}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"operator": ["999999"]}, "operator"),
        ({"operator": ["9" * 40]}, "operator"),
        ({"auditor": ["x"]}, "auditor"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin: User, posted: dict[str, object], field: str) -> None:
    response = signed_in(admin).post(NEW, {"username": "lin", **posted})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert User.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_the_page_and_the_fragment(admin: User) -> None:
    client = signed_in(admin)
    assert b"<html" in client.get(NEW).content
    answer = client.post(NEW, {"username": "lin"}, headers={"HX-Request": "true"}).content
    assert answer.strip().startswith(b'<section id="link"')


def test_the_link_is_kept_by_no_cache(admin: User) -> None:
    response = signed_in(admin).post(NEW, {"username": "lin"})
    assert response.headers["Cache-Control"] == "no-store"


def test_who_has_not_confirmed_recently_is_asked_first(admin: User) -> None:
    client = Client()
    client.force_login(admin)
    assert client.get(NEW).headers["Location"].startswith("/login/again/?next=")
    response = client.post(NEW, {"username": "lin"})
    assert response.headers["Location"].startswith("/login/again/?next=")
    response = client.post(NEW, {"username": "lin"}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert b'id="confirm-again"' in response.content
    assert not User.objects.filter(username="lin").exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, None])
def test_others_invite_nobody(role: Role | None, db: None) -> None:
    person = make_person(role)
    assert signed_in(person).post(NEW, {"username": "lin"}).status_code == 403
    assert not User.objects.filter(username="lin").exists()

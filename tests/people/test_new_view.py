"""/people/new/: inviting a person, and the link that is shown once."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.identity.password_links import choose_password, person_of
from recordings.identity.sessions import ACTIVE, BEGAN
from recordings.models import AuditEntry, Membership, Project, Role, User
from recordings.people.access import new_link
from recordings.people.link_delivery import VISIBLE_FOR, VisibleLink
from tests.factories import make_admin, make_auditor, make_person, signed_in

pytestmark = pytest.mark.django_db
NEW = "/people/new/"
INVITED = {"username": "lin", "no_role": "on"}


class Refusing(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({})


def invite(admin: User, **posted: object) -> str:
    return shown(signed_in(admin), **posted).link


def shown(client: Client, **posted: object) -> VisibleLink:
    """What the person's page shows after they were invited, without a role unless one is posted."""
    roles = {} if {"operator", "auditor", "credential_admin"} & set(posted) else {"no_role": "on"}
    response = client.post(NEW, {"username": "lin", **roles, **posted}, follow=True)
    link: VisibleLink = response.context["visible_link"]
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


def test_the_link_survives_a_reload_until_done(admin: User) -> None:
    client = signed_in(admin)
    link = shown(client).link
    page = User.objects.get(username="lin").get_absolute_url()
    for _reload in range(2):
        assert link in client.get(page).content.decode()
    assert client.post(f"{page}link/done/").headers["Location"] == page
    text = client.get(page).content.decode()
    assert "valid until" in text
    assert link.partition("-")[2] not in text
    assert person_of(link.partition("#")[2]) is not None


def test_the_link_is_shown_in_no_other_session_and_to_no_other_user(admin: User) -> None:
    token = invite(admin).partition("-")[2]
    page = User.objects.get(username="lin").get_absolute_url()
    for person in (admin, make_admin(), make_auditor()):
        assert token not in signed_in(person).get(page).content.decode()


def test_the_link_is_shown_for_an_hour(admin: User) -> None:
    client = signed_in(admin)
    link = shown(client).link
    lin = User.objects.get(username="lin")
    with time_machine.travel(timezone.now() + VISIBLE_FOR - timedelta(minutes=45), tick=False):
        assert link in client.get(lin.get_absolute_url()).content.decode()
    session = client.session
    session[BEGAN] = session[ACTIVE] = (timezone.now() + VISIBLE_FOR).isoformat()
    session.save()
    with time_machine.travel(timezone.now() + VISIBLE_FOR + timedelta(seconds=5), tick=False):
        text = client.get(lin.get_absolute_url()).content.decode()
    assert "valid until" in text
    assert link not in text


def test_a_used_or_replaced_link_is_no_longer_shown(admin: User) -> None:
    client = signed_in(admin)
    first = shown(client).link
    lin = User.objects.get(username="lin")
    second = new_link(actor=admin, person=lin)
    text = client.get(lin.get_absolute_url()).content.decode()
    assert first not in text
    assert second not in text
    third = client.post(f"{lin.get_absolute_url()}link/", follow=True).context["visible_link"].link
    choose_password(code=third.partition("#")[2], password="correct horse battery")
    assert third not in client.get(lin.get_absolute_url()).content.decode()


def test_no_session_holds_the_link(admin: User) -> None:
    client = signed_in(admin)
    token = shown(client).link.rpartition("-")[2]
    assert token not in str(dict(client.session))


def test_all_projects_include_the_chosen_ones(admin: User, project: Project) -> None:
    invite(admin, operator=["all", str(project.pk)])
    assert list(Membership.objects.filter(user__username="lin").values_list("role", "project")) == [("operator", None)]


def test_an_invitation_without_a_role_is_refused_until_that_is_confirmed(admin: User) -> None:
    client = signed_in(admin)
    response = client.post(NEW, {"username": "lin"})
    assert response.status_code == 422
    assert "no_role" in response.context["form"].errors
    assert "sees nothing until you assign a role" in response.content.decode()
    assert client.post(NEW, {"username": "lin", "no_role": "on", "auditor": ["all"]}).status_code == 422
    assert not User.objects.filter(username="lin").exists()
    assert client.post(NEW, {"username": "lin", "no_role": "on"}).status_code == 303
    assert not Membership.objects.filter(user__username="lin").exists()


def test_without_a_mail_server_the_page_says_to_hand_the_link_over(admin: User, settings: Settings) -> None:
    settings.MAILS = False
    response = signed_in(admin).post(NEW, INVITED | {"email": "lin@example.com"}, follow=True)
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


def test_a_failing_mail_server_does_not_prevent_the_invitation(admin: User, settings: Settings) -> None:
    settings.MAILS, settings.EMAIL_BACKEND = True, f"{__name__}.Refusing"
    response = signed_in(admin).post(NEW, INVITED | {"email": "lin@example.com"}, follow=True)
    assert "could not be sent" in response.content.decode()
    assert person_of(response.context["visible_link"].link.partition("#")[2]) is not None


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
def test_invalid_input_is_refused_at_its_field(admin: User, posted: dict[str, object], field: str) -> None:
    response = signed_in(admin).post(NEW, INVITED | posted)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert User.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_the_page_and_the_fragment(admin: User) -> None:
    client = signed_in(admin)
    assert b"<html" in client.get(NEW).content
    assert client.post(NEW, {}, headers={"HX-Request": "true"}).content.strip().startswith(b'<form id="edit"')
    answer = client.post(NEW, INVITED, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == User.objects.get(username="lin").get_absolute_url()


def test_the_link_is_kept_by_no_cache(admin: User) -> None:
    response = signed_in(admin).post(NEW, INVITED, follow=True)
    assert response.context["visible_link"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_recent_confirmation_is_required(admin: User) -> None:
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
def test_other_roles_cannot_invite(role: Role | None, db: None) -> None:
    person = make_person(role)
    assert signed_in(person).post(NEW, {"username": "lin"}).status_code == 403
    assert not User.objects.filter(username="lin").exists()

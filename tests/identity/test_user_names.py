"""A user name in all its spellings is one user: in every place that takes one, and in the database."""

import sys

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from recordings.identity.user_names import accept_name
from recordings.models import LONGEST_NAME, User, name_key, normal_name
from recordings.people.services import invite
from tests.factories import make_operator, signed_in
from tests.signin.authenticators import PASSWORD, is_signed_in

SPELLINGS = ["lin", "LIN", "ｌｉｎ", "ＬＩＮ", "ℓin", " lin ", "Ｌin"]
LIGATURE = "\ufdfa"
"""One character that becomes 18."""
db = pytest.mark.django_db


@pytest.fixture
def lin(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


@db
@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_of_a_taken_name_is_taken_again_and_its_owner_signs_in(lin: User, admin: User, name: str) -> None:
    cache.clear()
    page = signed_in(admin).post("/people/new/", {"username": name})
    assert page.status_code == 422
    with pytest.raises(ValidationError):
        invite(actor=admin, person=User(username=name), roles=())
    with pytest.raises(CommandError):
        call_command("grant", name, "auditor", "--create")
    with pytest.raises(CommandError):
        call_command("createsuperuser", username=name, email="", interactive=False)
    assert User.objects.count() == 2
    client = Client()
    client.post("/login/", {"login": name, "password": PASSWORD})
    assert is_signed_in(client)


@db
@pytest.mark.parametrize(("first", "second"), [("ärger", "ÄRGER"), ("straße", "STRASSE"), ("lin", "ＬＩＮ")])
def test_the_database_itself_refuses_a_second_spelling(first: str, second: str) -> None:
    User.objects.create_user(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        User(username=second).save()


@db
def test_two_names_that_only_a_database_would_mix_up_both_sign_in() -> None:
    """Their capital letters are the same, which is what PostgreSQL compares."""
    cache.clear()
    for name in ("ida", "ıda"):
        make_operator(username=name, password=PASSWORD)
    for name in ("ida", "ıda"):
        client = Client()
        client.post("/login/", {"login": name, "password": PASSWORD})
        assert is_signed_in(client)


@db
@pytest.mark.parametrize("name", [LIGATURE * 9, "a" * 151, "a℀b", "\u2005", "ｓｙｓｔｅｍ", "a\u2105"])
def test_what_is_too_long_or_not_allowed_in_its_normal_form_is_refused(admin: User, name: str) -> None:
    assert signed_in(admin).post("/people/new/", {"username": name}).status_code == 422
    with pytest.raises(CommandError):
        call_command("grant", name, "auditor", "--create")
    assert User.objects.get() == admin


@db
def test_a_name_is_stored_in_its_normal_form() -> None:
    assert accept_name("Ｌｉｎ") == "Lin"
    user = User.objects.create_user("Ｌｉｎ")
    assert (user.username, user.username_key) == ("Lin", "lin")


@db
def test_no_way_of_storing_a_user_takes_a_name_that_is_too_long() -> None:
    with pytest.raises(ValidationError):
        User(username=LIGATURE * 9).save()


def test_a_key_of_the_longest_name_always_fits_its_column() -> None:
    width = User._meta.get_field("username_key").max_length or 0
    longest = max(len(name_key(chr(code))) / max(1, len(normal_name(chr(code)))) for code in range(sys.maxunicode + 1))
    assert longest * LONGEST_NAME <= width


@pytest.mark.django_db(transaction=True)
def test_the_migration_survives_names_that_are_there_twice_and_drops_passkeys_of_no_ceremony(
    capsys: pytest.CaptureFixture[str],
) -> None:
    migration = next(name for app, name in MigrationExecutor(connection).loader.graph.nodes if "user_names" in name)
    executor = MigrationExecutor(connection)
    executor.migrate([("recordings", "0012_search_by_index")])
    try:
        before = executor.loader.project_state(
            [("recordings", "0012_search_by_index"), ("mfa", "0003_authenticator_type_uniq")]
        ).apps
        users = before.get_model("recordings", "User")
        for name, active in (("lin", False), ("LIN", True), ("ｗｕ", True)):
            users.objects.create(username=name, is_active=active)
        pk = users.objects.get(username="LIN").pk
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO mfa_authenticator (user_id, type, data, created_at) "
                'VALUES (%s, \'webauthn\', \'{"name": "x", "credential": 0}\', CURRENT_TIMESTAMP)',
                [pk],
            )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate([("recordings", migration), *_latest(executor)])
    assert dict(User.objects.values_list("username", "username_key")) == {"LIN": "lin", "lin-2": "lin-2", "wu": "wu"}
    assert "signs in as 'lin-2'" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mfa_authenticator")
        assert cursor.fetchone() == (0,)


def _latest(executor: MigrationExecutor) -> list[tuple[str, str]]:
    return [key for key in executor.loader.graph.leaf_nodes() if key[0] == "recordings"]

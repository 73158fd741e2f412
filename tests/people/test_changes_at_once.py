"""Changes at the same moment: two admins who demote or disable each other, and one link used twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from recordings.identity.memberships import RoleAssignment
from recordings.identity.password_links import LinkInvalid, choose_password
from recordings.models import AuditEntry, Role, User
from recordings.people.access import disable
from recordings.people.services import change_person, invite
from tests.factories import make_admin

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gives, or the exception it raises; all begin at the same moment."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except (PermissionDenied, ValidationError, LinkInvalid) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def demote(actor: User, person: User) -> bool:
    return change_person(actor=actor, person=person, name="", email="", roles=frozenset())


def failed(results: list[Any]) -> list[Any]:
    return [each for each in results if isinstance(each, Exception)]


def admins() -> int:
    return User.objects.filter(is_active=True, memberships__role=Role.CREDENTIAL_ADMIN).count()


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("do", [demote, lambda actor, person: disable(actor=actor, person=person)])
def test_of_two_admins_who_disable_each_other_one_fails(do: Callable[[User, User], bool], others: int) -> None:
    for _round in range(ROUNDS):
        User.objects.all().update(is_active=False)
        one, two = make_admin(), make_admin()
        for _other in range(others):
            make_admin()
        results = at_once(partial(do, one, two), partial(do, two, one))
        assert len(failed(results)) == 1, results
        assert admins() == 1 + others


def test_in_a_ring_of_five_one_admin_remains(transactional_db: None) -> None:
    for _round in range(ROUNDS // 2):
        User.objects.all().update(is_active=False)
        ring = [make_admin() for _each in range(5)]
        pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
        results = at_once(*(partial(demote, *pair) for pair in pairs))
        assert admins() == len(failed(results)) > 0


def test_a_link_used_twice_at_once_works_once(admin: User) -> None:
    for number in range(ROUNDS):
        person = User(username=f"lin{number}")
        code = invite(actor=admin, person=person, roles={RoleAssignment(role=Role.AUDITOR)}).partition("#")[2]
        words = [f"correct horse battery {each}" for each in range(4)]
        results = at_once(*(partial(choose_password, code=code, password=each) for each in words))
        assert len(failed(results)) == 3
        person.refresh_from_db()
        chosen = [results.index(each) for each in results if isinstance(each, User)]
        assert person.check_password(words[chosen[0]])
    assert AuditEntry.objects.filter(action="password.chosen").count() == ROUNDS

"""Who may open files, how many, and with which key."""

from urllib.request import urlopen

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.caching.soft import forget
from recordings.credentials.keys import NewKey
from recordings.credentials.replace_key import replace_storage_key
from recordings.history.playback_limits import A_MINUTE, is_within_limit
from recordings.models import Project, Recording, User
from recordings.sandbox.bucket_server import BucketServer
from tests.access import assert_methods
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_operator, signed_in
from tests.forms import FRAGMENT

from .test_file_views import file_of, url

pytestmark = pytest.mark.django_db


def test_one_user_opens_no_more_files_than_two_a_second(
    ended: Recording, bucket: BucketServer, operator: User, auditor: User
) -> None:
    file, client = file_of(ended, "a_0.mp4"), signed_in(operator)
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        for _ in range(A_MINUTE):
            assert is_within_limit(operator)
        before = len(bucket.guard.asked)
        for what in ("", "play/", "play/trouble/"):
            assert client.get(url(file, what)).status_code == 429
        assert "Too many requests" in client.get(url(file, "play/"), headers=FRAGMENT).content.decode()
        assert len(bucket.guard.asked) == before
        assert signed_in(auditor).get(url(file, "play/")).status_code == 200


def test_the_limit_holds_and_refuses_no_user_while_the_shared_cache_is_unavailable(
    settings: Settings, operator: User, auditor: User
) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "no_such_table"}}
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        assert all(is_within_limit(operator) for _ in range(A_MINUTE))
        assert not is_within_limit(operator)
        assert is_within_limit(auditor)
    forget()


def test_a_key_that_may_not_read_is_explained(ended: Recording, bucket: BucketServer, operator: User) -> None:
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "PutObject")
    response = signed_in(operator).get(url(file_of(ended, "a_0.mp4")))
    assert response.status_code == 502
    assert "lacks this permission" in response.content.decode()


@pytest.mark.parametrize("name", ["../../other/x.mp4", "a/b.mp4", "..", "\\x.mp4", "a\nb.mp4"])
def test_no_address_is_signed_outside_of_the_recordings_own_folder(
    ended: Recording, bucket: BucketServer, operator: User, name: str
) -> None:
    file = ended.files.create(name=name, announced_at=ended.created_at)
    before = len(bucket.guard.asked)
    for what in ("", "play/", "playlist/x/", "playlist/x/a.ts"):
        response = signed_in(operator).get(url(file, what))
        assert response.status_code in {200, 400, 404}
        assert "X-Amz-Signature" not in response.content.decode()
    assert len(bucket.guard.asked) == before


def test_a_key_that_was_replaced_is_not_used_any_more(
    ended: Recording, bucket: BucketServer, operator: User, admin: User
) -> None:
    key = NewKey(access_key="AKIDofthenewkey1", secret_key="secret-of-the-new-key")
    bucket.grant(key.access_key, key.secret_key)
    replace_storage_key(actor=admin, storage=ended.storage, new=key)
    location = signed_in(operator).get(url(file_of(ended, "a_0.mp4"))).headers["Location"]
    assert "AKIDofthenewkey1" in location
    assert urlopen(location).read() == b"0123456789"


def test_who_may(ended: Recording, operator: User, admin: User, no_role_user: User, foreign_project: Project) -> None:
    file = file_of(ended, "a_0.mp4")
    stranger = make_operator(foreign_project)
    for what in ("", "play/", "play/trouble/", "playlist/x/", "playlist/x/a.ts"):
        assert Client().get(url(file, what)).headers["Location"].startswith("/login/")
        assert signed_in(admin).get(url(file, what)).status_code == 403
        assert signed_in(no_role_user).get(url(file, what)).status_code == 403
        assert signed_in(stranger).get(url(file, what)).status_code == 404
        assert_methods(url(file, what), operator)
    wrong = f"/recordings/{ended.pk + 1}/files/{file.pk}/"
    assert signed_in(operator).get(wrong).status_code == 404


def test_a_credential_admin_sees_the_list_without_the_buttons(ended: Recording, admin: User, operator: User) -> None:
    for person, sees in ((admin, False), (operator, True)):
        for address, headers in ((ended.get_absolute_url(), {}), (f"/recordings/{ended.pk}/files/", FRAGMENT)):
            page = signed_in(person).get(address, headers=headers).content.decode()
            assert "a_0.mp4" in page
            assert (f"/files/{file_of(ended, 'a_0.mp4').pk}/play/" in page) is sees

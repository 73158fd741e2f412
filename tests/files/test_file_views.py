"""/recordings/<id>/files/…: downloading and playing, by whom, from where, and when it cannot be."""

from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import urlopen

import pytest
from django.test import Client

from recordings.audit.verifying import verify
from recordings.files.buckets import own_folder_of
from recordings.models import AuditEntry, Project, Recording, RecordingFile, User
from recordings.sandbox.bucket_server import BucketServer
from tests.access import assert_methods
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_operator, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db(transaction=True)


def file_of(recording: Recording, name: str) -> RecordingFile:
    return recording.files.get(name=name)


def url(file: RecordingFile, what: str = "") -> str:
    return f"/recordings/{file.recording_id}/files/{file.pk}/{what}"


def address_in(page: str) -> str:
    return page.split('data-player="')[0].rpartition('src="')[2].split('"')[0].replace("&amp;", "&")


def test_a_download_leads_to_an_address_that_lives_minutes_and_is_entered(ended: Recording, operator: User) -> None:
    file = file_of(ended, "a_0.mp4")
    response = signed_in(operator).get(url(file))
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    address = urlsplit(response.headers["Location"])
    query = parse_qs(address.query)
    assert unquote(address.path) == f"/{ended.bucket}/{own_folder_of(ended)}a_0.mp4"
    assert int(query["X-Amz-Expires"][0]) <= 15 * 60
    answer = urlopen(response.headers["Location"])
    assert answer.read() == b"0123456789"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a_0.mp4"'
    entry = AuditEntry.objects.get(action="file.downloaded")
    assert (entry.actor, entry.after) == ("operator", {"file": "a_0.mp4", "task_id": ended.task_id})
    assert "Signature" not in str(AuditEntry.objects.values_list("after", "target"))
    assert verify().finding is None


@pytest.mark.parametrize(("name", "tag"), [("a_0.mp4", "<video"), ("a.aac", "<audio")])
def test_what_a_browser_plays_is_played_from_the_bucket(ended: Recording, auditor: User, name: str, tag: str) -> None:
    response = signed_in(auditor).get(url(file_of(ended, name), "play/"), headers=FRAGMENT)
    page = response.content.decode()
    assert page.strip().startswith('<section id="player"')
    assert tag in page
    assert urlopen(address_in(page)).read() == b"0123456789"
    assert AuditEntry.objects.filter(action="file.watched", actor="auditor").count() == 1


def test_what_no_browser_plays_is_a_download_with_the_reason(ended: Recording, operator: User) -> None:
    page = signed_in(operator).get(url(file_of(ended, "a.bin"), "play/")).content.decode()
    assert "Browsers do not play this kind of file" in page
    assert not AuditEntry.objects.filter(action="file.watched").exists()


def test_hls_is_played_by_a_playlist_with_an_address_for_each_segment(
    ended: Recording, bucket: BucketServer, operator: User
) -> None:
    file = file_of(ended, "a_audio_video.m3u8")
    text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\na_audio_video_1.ts\n#EXT-X-ENDLIST\n"
    bucket.put(ended.bucket, own_folder_of(ended) + file.name, text.encode())
    bucket.put(ended.bucket, own_folder_of(ended) + "a_audio_video_1.ts", b"segment")
    client = signed_in(operator)
    response = client.get(address_in(client.get(url(file, "play/")).content.decode()))
    assert response.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    (address,) = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    assert urlopen(address).read() == b"segment"
    assert AuditEntry.objects.filter(action="file.watched").count() == 1


def test_a_playlist_that_names_anything_else_is_refused(ended: Recording, bucket: BucketServer, operator: User) -> None:
    file = file_of(ended, "a_audio_video.m3u8")
    bucket.put(ended.bucket, own_folder_of(ended) + file.name, b"#EXTM3U\n#EXTINF:4,\nhttps://evil.example/x.ts\n")
    client = signed_in(operator)
    response = client.get(address_in(client.get(url(file, "play/")).content.decode()))
    assert response.status_code == 409
    assert b"evil" not in response.content


def test_a_playlist_is_given_only_to_a_player_that_was_opened(ended: Recording, operator: User, auditor: User) -> None:
    file = file_of(ended, "a_audio_video.m3u8")
    client = signed_in(operator)
    assert client.get(url(file, "playlist/")).status_code == 400
    assert client.get(url(file, "playlist/") + "?ticket=x").status_code == 400
    address = address_in(client.get(url(file, "play/")).content.decode())
    assert signed_in(auditor).get(address).status_code == 400, "somebody else's"


def test_a_file_that_is_gone_says_so(ended: Recording, bucket: BucketServer, operator: User) -> None:
    file = file_of(ended, "a_0.mp4")
    bucket.delete(ended.bucket, own_folder_of(ended) + file.name)
    client = signed_in(operator)
    for what in ("", "play/"):
        response = client.get(url(file, what))
        assert response.status_code == 404
        assert "It is not in the bucket any more" in response.content.decode()
    fragment = client.get(url(file, "play/"), headers=FRAGMENT)
    assert fragment.status_code == 200
    assert "It is not in the bucket any more" in fragment.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()


def test_a_key_that_may_not_read_is_told(ended: Recording, bucket: BucketServer, operator: User) -> None:
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "PutObject")
    response = signed_in(operator).get(url(file_of(ended, "a_0.mp4")))
    assert response.status_code == 502
    assert "it has no right to do this" in response.content.decode()


@pytest.mark.parametrize("name", ["../../other/x.mp4", "a/b.mp4", "..", "\\x.mp4", "a\nb.mp4"])
def test_no_address_is_signed_outside_of_the_recordings_own_folder(
    ended: Recording, bucket: BucketServer, operator: User, name: str
) -> None:
    file = ended.files.create(name=name, announced_at=ended.created_at)
    before = len(bucket.guard.asked)
    for what in ("", "play/", "playlist/"):
        response = signed_in(operator).get(url(file, what))
        assert response.status_code in {200, 400, 404}
        assert "X-Amz-Signature" not in response.content.decode()
    assert len(bucket.guard.asked) == before


def test_a_key_that_was_replaced_is_not_used_any_more(
    ended: Recording, bucket: BucketServer, operator: User, admin: User
) -> None:
    from recordings.credentials.usecases import NewKey, change_storage

    storage = ended.storage
    key = NewKey(access_key="AKIDofthenewkey1", secret_key="secret-of-the-new-key")
    change_storage(actor=admin, storage=storage, projects=list(storage.projects.all()), key=key)
    bucket.grant(key.access_key, key.secret_key)
    location = signed_in(operator).get(url(file_of(ended, "a_0.mp4"))).headers["Location"]
    assert "AKIDofthenewkey1" in location
    assert urlopen(location).read() == b"0123456789"


def test_who_may(ended: Recording, operator: User, admin: User, nobody: User, foreign_project: Project) -> None:
    file = file_of(ended, "a_0.mp4")
    stranger = make_operator(foreign_project)
    for what in ("", "play/", "playlist/"):
        assert Client().get(url(file, what)).headers["Location"].startswith("/login/")
        assert signed_in(admin).get(url(file, what)).status_code == 403
        assert signed_in(nobody).get(url(file, what)).status_code == 403
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


def test_the_list_alone_leads_to_the_recordings_page(ended: Recording, operator: User) -> None:
    response = signed_in(operator).get(f"/recordings/{ended.pk}/files/")
    assert (response.status_code, response.headers["Location"]) == (303, ended.get_absolute_url())


def test_the_page_may_play_from_the_storages_and_from_nowhere_else(ended: Recording, operator: User) -> None:
    policy = signed_in(operator).get(ended.get_absolute_url()).headers["Content-Security-Policy"]
    (media,) = [part.strip() for part in policy.split(";") if part.strip().startswith("media-src")]
    assert "https://*.myqcloud.com" in media
    assert "https://*.amazonaws.com" in media
    assert " * " not in f"{media} "


def test_asking_for_the_headers_alone_is_no_watching(ended: Recording, operator: User) -> None:
    browser, file = signed_in(operator), ended.files.all()[0]
    for what in ("", "play/"):
        assert browser.head(f"{ended.get_absolute_url()}files/{file.pk}/{what}").status_code == 405
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()

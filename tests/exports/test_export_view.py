"""The page of an export, its downloads, and one's own list: only the person who asked, and only what is whole."""

import hashlib
import json

import pytest
from django.test import Client
from django.utils import timezone

from recordings.exports.paths import file_of, manifest_of
from recordings.models import AuditEntry, Device, Export, Membership, StorageCredential, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_operator, signed_in

from .conftest import ask, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def export(operator: User, device: Device, storage: StorageCredential) -> Export:
    make_recording(operator, device, storage, task_id="-task")
    return ask(operator, query="state=ended")


def urls(export: Export) -> list[str]:
    page = export.get_absolute_url()
    return [page, f"{page}file/", f"{page}manifest/"]


def test_access(export: Export, operator: User, auditor: User, admin: User, no_role_user: User) -> None:
    for url in (*urls(export), "/exports/"):
        assert_asks_to_sign_in(url)
    assert_forbidden(export.get_absolute_url(), no_role_user)
    for url in urls(export):
        assert_missing(url, auditor, admin, make_operator(), make_operator(*_projects(operator)))
    page, *files = urls(export)
    assert_methods(page, operator, "post")
    for url in (*files, "/exports/"):
        assert_methods(url, operator)


def _projects(user: User) -> list[object]:
    return [membership.project for membership in user.memberships.all()]


def test_the_page_says_what_is_in_the_file(export: Export, browser: Client) -> None:
    page = browser.get(export.get_absolute_url()).content.decode()
    for text in ("Ready", export.sha256, "Asia/Shanghai", "State", "Ended", "state=ended", f"{export.size} bytes"):
        assert text in page
    assert "hx-trigger" not in page.split('id="export"')[1].split(">")[0]


def test_a_fragment_for_htmx(export: Export, browser: Client) -> None:
    response = browser.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="export"')
    assert "HX-Request" in response.headers["Vary"]


def test_the_file_comes_whole_and_each_download_is_entered(export: Export, browser: Client) -> None:
    _page, file, manifest = urls(export)
    response = browser.get(file)
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == export.sha256
    assert len(content) == export.size
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="recordings-')
    browser.get(manifest)
    assert browser.head(file).status_code == 405
    entries = AuditEntry.objects.filter(action="export.downloaded", actor="operator", target_id=str(export.pk))
    assert entries.count() == 2


def test_the_manifest_tells_all(export: Export, browser: Client) -> None:
    found = json.loads(b"".join(browser.get(urls(export)[2]).streaming_content))  # type: ignore[attr-defined]
    assert found["filter"] == {"query": "state=ended", "words": [{"name": "State", "value": "Ended"}]}
    assert (found["rows"], found["size"], found["sha256"]) == (1, export.size, export.sha256)
    assert (found["program"], found["format"], found["requested_by"]) == ("TRRO Admin", "csv", "operator")
    assert found["time_zone"] == "Asia/Shanghai"
    assert found["made_at"].endswith("+08:00")
    header = file_of(export).read_text("utf-8-sig").splitlines()[0]
    assert found["columns"] == header.split(",")


@pytest.mark.parametrize("state", ["waiting", "making", "failed", "deleted"])
def test_nothing_that_is_not_ready_can_be_downloaded(export: Export, browser: Client, state: str) -> None:
    Export.objects.update(state=state, due_at=timezone.now())
    page, file, manifest = urls(export)
    assert browser.get(file).status_code == browser.get(manifest).status_code == 404
    shown = browser.get(page).content.decode()
    assert "Download the file" not in shown
    assert ('hx-trigger="every 2s"' in shown) == (state in {"waiting", "making"})


def test_a_file_that_is_gone_is_explained(export: Export, browser: Client) -> None:
    file_of(export).unlink()
    assert browser.get(urls(export)[1]).status_code == 404
    export.refresh_from_db()
    assert (export.state, export.error) == ("ready", "")
    assert "not on this server" in browser.get(export.get_absolute_url()).content.decode()


def test_one_that_failed_says_why_and_is_made_on_demand(export: Export, browser: Client) -> None:
    Export.objects.update(state="failed", error="disk_full", attempts=3)
    page = browser.get(export.get_absolute_url()).content.decode()
    assert "disk is full" in page
    assert "Try again" in page
    assert browser.post(export.get_absolute_url()).status_code == 303
    export.refresh_from_db()
    assert (export.state, export.attempts, export.error) == ("waiting", 0, "")
    browser.post(export.get_absolute_url())
    assert AuditEntry.objects.filter(action="export.repeated").count() == 1


def test_what_excel_cannot_hold_is_offered_as_csv(export: Export, browser: Client) -> None:
    for error, text in (("too_many_rows", "1,048,575"), ("cell_too_long error_message 12", "Row 12")):
        Export.objects.update(state="failed", error=error)
        page = browser.get(export.get_absolute_url()).content.decode()
        assert text in page
        assert "/recordings/export/?state=ended&amp;format=csv" in page


def test_trail_export_is_gone_for_a_user_who_lost_the_permission(auditor: User) -> None:
    export = ask(auditor, "trail")
    Membership.objects.filter(user=auditor).update(role="operator")
    assert_missing(export.get_absolute_url(), User.objects.get(pk=auditor.pk))
    assert_missing(urls(export)[1], User.objects.get(pk=auditor.pk))


def test_the_list_shows_ones_own(export: Export, browser: Client, auditor: User) -> None:
    ask(auditor)
    page = browser.get("/exports/")
    assert page.context["page"].rows == [export]
    assert export.get_absolute_url() in page.content.decode()
    assert "Nothing exported yet" in signed_in(make_operator()).get("/exports/").content.decode()


def test_files_are_readable_by_their_owner_only(export: Export) -> None:
    assert file_of(export).parent.stat().st_mode & 0o777 == 0o700
    for path in (file_of(export), manifest_of(export)):
        assert path.stat().st_mode & 0o777 == 0o600

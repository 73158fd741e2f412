"""/audit/<sequence>/: who, from where, before and after, and whether it follows from the one before it."""

import pytest
from django.test import Client

from recordings.credentials.keys import NewAccountKey
from recordings.credentials.replace_key import replace_account_key
from recordings.models import AuditEntry, Project, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_account, make_storage, signed_in

from .entries import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(auditor: User) -> Client:
    return signed_in(auditor)


def test_access(operator: User, no_role_user: User, auditor: User) -> None:
    entered()
    assert_asks_to_sign_in("/audit/1/")
    assert_forbidden("/audit/1/", operator, no_role_user, takes_posts=False)
    assert_methods("/audit/1/", auditor)


def test_an_entry_of_another_project_or_of_none_is_not_there(
    limited_auditor: User, auditor: User, project: Project, foreign_project: Project
) -> None:
    entered(project_id=project.project_id)
    entered(project_id=foreign_project.project_id)
    entered()
    client = signed_in(limited_auditor)
    assert client.get("/audit/1/").status_code == 200
    assert_missing("/audit/2/", limited_auditor)
    assert_missing("/audit/3/", limited_auditor)
    assert_missing("/audit/999/", auditor)
    assert_missing(f"/audit/{10**30}/", auditor)
    page = client.get("/audit/1/").content.decode()
    assert "/audit/2/" not in page


def test_everything_it_holds_is_shown(browser: Client, project: Project) -> None:
    entry = entered(
        "recording.closed", target="truck_07/0 abc", target_type="Recording", target_id="12", reason="it is gone",
        project_id=project.project_id, before={"state": "unknown"}, after={"state": "closed"},
    )  # fmt: skip
    page = browser.get("/audit/1/").content.decode()
    for text in ("Closed with a reason", "recording.closed", "ana", "10.0.0.7", "truck_07/0 abc", "it is gone",
                 "Open pit", "<del>Unknown</del>", "<ins>Closed</ins>", entry.mac, 'href="/recordings/12/"',
                 "?target_type=Recording&amp;target_id=12"):  # fmt: skip
        assert text in page, text


def test_details_are_a_table_of_fields_in_words(browser: Client) -> None:
    storage = make_storage()
    entered(
        "storage.changed", target=storage,
        before={"name": "Old", "projects": ["A", "B"], "region": "x"},
        after={"name": "New", "projects": [], "StorageParams": {"CloudStorage": {"Vendor": 0, "IsOn": True}}},
    )  # fmt: skip
    rows = {row.name: (row.before, row.after) for row in browser.get("/audit/1/").context["differences"]}
    assert rows == {
        "Name": ("Old", "New"),
        "Projects": ("A, B", "–"),
        "Region": ("x", None),
        "StorageParams.CloudStorage.Vendor": (None, "0"),
        "StorageParams.CloudStorage.IsOn": (None, "Yes"),
    }


def test_secrets_are_said_to_be_set_and_never_shown(browser: Client, admin: User) -> None:
    account = make_account()
    key = NewAccountKey(secret_id=account.secret_id, secret_key="a-canary-that-nobody-may-see")
    replace_account_key(actor=admin, account=account, new=key, reason="The old one leaked")
    rows = {row.name: (row.before, row.after) for row in browser.get("/audit/1/").context["differences"]}
    assert rows["SecretKey"] == (None, "replaced")
    assert b"a-canary" not in browser.get("/audit/1/").content


def test_its_place_in_the_chain_is_shown_with_its_neighbours(browser: Client) -> None:
    first, _second, _third = entered(), entered(), entered()
    page = browser.get("/audit/2/").content.decode()
    assert first.mac in page
    assert "Linked to previous entry" in page
    assert 'href="/audit/1/"' in page
    assert 'href="/audit/3/"' in page


@pytest.mark.parametrize("what", ["edited", "predecessor gone", "predecessor edited"])
def test_an_entry_that_does_not_follow_says_so(browser: Client, what: str) -> None:
    entered()
    entered()
    match what:
        case "edited":
            AuditEntry.objects.filter(sequence=2).update(reason="no")
        case "predecessor gone":
            AuditEntry.objects.filter(sequence=1).delete()
        case "predecessor edited":
            AuditEntry.objects.filter(sequence=1).update(mac="0" * 64)
    assert b"Not linked to the previous entry" in browser.get("/audit/2/").content


def test_hostile_text_is_inert_in_every_field(browser: Client) -> None:
    bad = "<img src=x onerror=1>\u202e\x1b"
    entered(bad[:60], target=bad, reason=bad, actor=bad, address=bad, target_type="Recording", target_id="../" + bad,
            project_id=bad, before={bad: bad}, after={bad: [bad, {bad: bad}]})  # fmt: skip
    page = browser.get("/audit/1/").content.decode()
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page

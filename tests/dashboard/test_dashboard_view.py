"""The dashboard: its numbers, its tiles, its variants, and what a refresh costs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings import heartbeat
from recordings.audit_log.record import record_audit
from recordings.dashboard import shared_version
from recordings.lifecycle.hourly_counts import recount
from recordings.lifecycle.start import build_recording
from recordings.models import Attention, CloudAccount, Device, Project, Recording, StorageCredential, StorageKey, User
from tests.access import assert_methods
from tests.factories import make_device, make_operator, make_project, make_storage, signed_in
from tests.forms import HOSTILE
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
State = Recording.State


def record(actor: User, device: Device, storage: StorageCredential, state: State, **fields: object) -> Recording:
    stream = Recording.objects.filter(device=device).count()
    recording = build_recording(actor=actor, request=start_request(device, storage, video_stream_id=stream))
    for name, value in ({"state": state} | fields).items():
        setattr(recording, name, value)
    recording.save()
    return recording


@pytest.fixture(autouse=True)
def no_shared_versions() -> None:
    shared_version.forget()


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def recording(operator: User, device: Device, storage: StorageCredential) -> Recording:
    return record(operator, device, storage, State.RECORDING, task_id="-live", started_at=timezone.now())


def version_of(response: object) -> str:
    return str(response.context["board"].version)  # type: ignore[attr-defined]


def test_it_counts_what_records_what_starts_and_what_may_record(
    browser: Client, operator: User, device: Device, storage: StorageCredential, recording: Recording
) -> None:
    record(operator, device, storage, State.SENDING)
    record(operator, device, storage, State.UNKNOWN, attention=Attention.UNKNOWN, attention_at=timezone.now())
    record(operator, device, storage, State.ENDED, task_id="-over")
    response = browser.get("/")
    figures = response.context["board"].figures
    assert (figures.live, figures.recording, figures.starting, figures.unknown) == (3, 1, 1, 1)
    assert figures.attention == "1"
    assert figures.capacities[0].live == 3
    page = response.content.decode()
    assert "1 may be recording" in page
    assert "Resolve…" in page


def test_what_is_settled_there_leads_back_there(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    lost = record(operator, device, storage, State.UNKNOWN, attention="unknown", attention_at=timezone.now())
    address = f"/recordings/{lost.pk}/resolve/?back=%2F"
    assert f'href="{address}"' in browser.get("/").content.decode()
    assert browser.get(address).context["back"] == "/"
    assert browser.get(address + "%2Fevil.example").context["back"] == ""


def test_the_account_bar_warns_when_it_is_nearly_full(browser: Client, recording: Recording) -> None:
    for limit, tone in ((100, "good"), (1, "bad")):
        recording.account.live_limit = limit
        recording.account.save()
        assert browser.get("/").context["board"].figures.capacities[0].tone == tone


def test_a_tile_shows_the_most_urgent_stream_of_its_device(
    browser: Client, operator: User, device: Device, storage: StorageCredential, recording: Recording
) -> None:
    record(operator, device, storage, State.UNKNOWN)
    idle = make_device(device.project, device_id="truck_08", status=Device.Status.OFFLINE)
    tiles = {tile.pk: tile for tile in browser.get("/").context["board"].wall.tiles}
    assert (tiles[device.pk].badge.key, tiles[device.pk].streams) == ("may_record", 2)
    assert tiles[idle.pk].badge.key == "offline"


def test_filters_of_the_wall_show_what_they_count(
    browser: Client, device: Device, recording: Recording, project: Project
) -> None:
    make_device(project, status=Device.Status.OFFLINE)
    make_device(project, status=Device.Status.READY)
    for choice in browser.get("/").context["board"].wall.choices:
        wall = browser.get("/", {"show": choice.value}).context["board"].wall
        assert len(wall.tiles) == choice.count
    assert [tile.pk for tile in browser.get("/?show=recording").context["board"].wall.tiles] == [device.pk]


def test_a_long_wall_is_cut_into_pages_and_says_so(browser: Client, project: Project) -> None:
    Device.objects.bulk_create(
        Device(project=project, device_id=f"d_{n:04}", status=Device.Status.READY) for n in range(450)
    )
    response = browser.get("/?page=3")
    assert len(response.context["board"].wall.tiles) == 50
    assert "401 to 450 of 450" in response.content.decode()
    assert len(browser.get("/?wall&fits=30").context["board"].wall.tiles) == 30


def test_a_refresh_answers_204_until_something_changes(browser: Client, recording: Recording) -> None:
    version = version_of(browser.get("/"))
    assert browser.get("/", {"version": version}, headers=HTMX).status_code == 204
    Recording.objects.update(state=State.STOPPING)
    shared_version.forget()
    changed = browser.get("/", {"version": version}, headers=HTMX)
    assert changed.status_code == 200
    assert "<html" not in changed.content.decode()
    assert version_of(changed) != version


def test_displays_that_show_the_same_share_what_is_computed_once(
    browser: Client, operator: User, recording: Recording, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = version_of(browser.get("/"))
    with django_assert_max_num_queries(4):
        assert browser.get("/", {"version": version}, headers=HTMX).status_code == 204


def test_a_user_with_other_roles_shares_nothing(
    browser: Client, recording: Recording, foreign_project: Project
) -> None:
    version = version_of(browser.get("/"))
    elsewhere = signed_in(make_operator(foreign_project))
    assert elsewhere.get("/", {"version": version}, headers=HTMX).status_code == 200


def test_a_page_in_another_language_is_another_version(browser: Client, recording: Recording) -> None:
    version = version_of(browser.get("/"))
    chinese = browser.get("/", {"version": version}, headers=HTMX | {"Accept-Language": "zh-CN"})
    assert chinese.status_code == 200


def test_a_recording_elsewhere_is_not_shown(browser: Client, foreign_project: Project, admin: User) -> None:
    other = make_device(foreign_project, device_id="crane_99")
    record(make_operator(foreign_project), other, make_storage(foreign_project), State.RECORDING, task_id="-other")
    board = browser.get("/").context["board"]
    assert board.figures.recording == 0
    assert board.wall.total == 0
    assert b"crane_99" not in browser.get("/").content


def test_starts_are_drawn_by_hour_and_by_day_and_refusals_by_code(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    record(operator, device, storage, State.REFUSED, error_code="LicensesNotEnough")
    record(operator, device, storage, State.ENDED, task_id="-a")
    recount(timezone.now())
    board = browser.get("/").context["board"]
    for chart in (board.hours, board.days):
        assert {total.outcome: total.count for total in chart.totals} == {"accepted": 1, "unknown": 0, "refused": 1}
    assert [(each.code, each.count) for each in board.refusals] == [("LicensesNotEnough", 1)]


def test_starts_are_drawn_by_hour_with_links_to_their_lists(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    record(operator, device, storage, State.REFUSED, error_code="LicensesNotEnough")
    record(operator, device, storage, State.ENDED, task_id="-a")
    record(operator, device, storage, State.ENDED, task_id="-b", created_at=timezone.now() - timedelta(days=2))
    recount(timezone.now())
    board = browser.get("/").context["board"]
    urls = [segment.url for bar in (*board.hours.bars, *board.days.bars) for segment in bar.segments]
    for url in [*urls, board.refusals[0].url, *(total.url for total in board.hours.totals if total.count)]:
        assert len(browser.get(url).context["recordings"]) == 1, url


def test_every_number_at_the_top_leads_to_a_list(browser: Client, recording: Recording) -> None:
    page = browser.get("/").content.decode()
    for url in ("/recordings/?state=live", "/attention/", "/unclaimed/", "/status/#workers", "/status/#keys"):
        assert f'href="{url}"' in page
    assert [row.pk for row in browser.get("/recordings/?state=live").context["recordings"]] == [recording.pk]


def test_no_worker_is_said_first(browser: Client) -> None:
    assert "No worker running" in browser.get("/").content.decode()
    heartbeat.beat(timezone.now())
    assert "1 worker running" in browser.get("/").content.decode()


def test_auditors_see_files_decisions_and_the_trail(auditor: User, recording: Recording) -> None:
    Recording.objects.update(upload_state="incomplete")
    cards = {card.name: card for card in signed_in(auditor).get("/").context["board"].cards}
    assert set(cards) == {"today", "missing", "closed", "trail"}
    assert (cards["missing"].number, cards["trail"].number) == ("1", "–")
    for card in cards.values():
        assert signed_in(auditor).get(card.url).status_code == 200


def test_credential_admins_see_keys_and_factors(admin: User, storage: StorageCredential) -> None:
    StorageKey.objects.update(created_at=timezone.now() - timedelta(days=91), can_write=False)
    cards = {card.name: card for card in signed_in(admin).get("/").context["board"].cards}
    assert {name: card.number for name, card in cards.items()} == {
        "old_accounts": "0", "old_keys": "1", "failed": "1", "factors": "1"
    }  # fmt: skip


def test_a_wall_display_has_no_cards_of_a_role_and_no_buttons(auditor: User, recording: Recording) -> None:
    client = signed_in(auditor)
    assert client.post("/you/display/").headers["Location"] == "/?wall"
    response = client.get("/?wall")
    assert response.context["board"].cards == []
    assert "board--wall" in response.content.decode()


def test_the_first_steps_are_listed_until_a_recording_was_accepted(
    admin: User, operator: User, device: Device, storage: StorageCredential
) -> None:
    client = signed_in(admin)
    steps = client.get("/").context["board"].steps
    assert [step.is_done for step in steps] == [True, True, True, True, False, False, False]
    assert all(client.get(step.url).status_code == 200 for step in steps)
    assert {step.url for step in signed_in(operator).get("/").context["board"].steps} == {""}
    record(operator, device, storage, State.ENDED, task_id="-first")
    assert client.get("/").context["board"].steps == ()


def test_an_empty_installation_shows_the_way(admin: User) -> None:
    page = signed_in(admin).get("/").content.decode()
    assert "Set up the first recording" in page
    assert "/credentials/accounts/new/" in page


def test_unreadable_parameters_count_as_absent(browser: Client, device: Device) -> None:
    for name in ("show", "page", "fits", "version", "wall"):
        for value in HOSTILE.values():
            assert browser.get("/", {name: value}).status_code == 200


def test_a_refresh_takes_the_same_queries_for_many_devices(
    browser: Client,
    operator: User,
    project: Project,
    storage: StorageCredential,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        device = make_device(project, device_id=f"truck_{number}")
        record(operator, device, storage, State.RECORDING, task_id=f"-t{number}", started_at=timezone.now())
    version = version_of(browser.get("/"))
    shared_version.forget()
    with django_assert_max_num_queries(30):
        assert browser.get("/", {"version": version}, headers=HTMX).status_code == 204


def test_it_is_only_read(operator: User, no_role_user: User) -> None:
    assert_methods("/", operator)
    assert signed_in(no_role_user).get("/").status_code == 403
    assert Client().get("/").status_code == 302


def test_a_foreign_account_is_not_named(browser: Client, project: Project) -> None:
    make_project(name="Elsewhere")
    assert [each.name for each in browser.get("/").context["board"].figures.capacities] == [project.account.name]


def test_a_bucket_that_was_checked_meanwhile_is_a_change(browser: Client, recording: Recording) -> None:
    now = timezone.now()
    Recording.objects.update(state=State.UNKNOWN, task_id="", attention=Attention.UNKNOWN, attention_at=now)
    version = version_of(browser.get("/"))
    Recording.objects.update(scanned_at=now, scan_count=1)
    shared_version.forget()
    assert browser.get("/", {"version": version}, headers=HTMX).status_code == 200


def test_what_is_retired_is_no_trouble(admin: User, storage: StorageCredential) -> None:
    storage.keys.update(tested_at=timezone.now(), can_write=False)
    now = timezone.now()
    StorageCredential.objects.update(retired_at=now)
    CloudAccount.objects.update(retired_at=now)
    health = {item.name: item.tone for item in signed_in(admin).get("/").context["board"].health}
    assert "bad" not in {health["keys"], health["callbacks"]}
    assert health["callbacks"] == "good"


def test_what_users_closed_today_is_counted_to_a_limit(auditor: User, recording: Recording) -> None:
    for name in ("a", "b"):
        record_audit(actor=auditor, action="recording.closed", target=recording, after={"n": name})
    cards = {card.name: card.number for card in signed_in(auditor).get("/").context["board"].cards}
    assert cards["closed"] == "2"

"""A shift change in a real browser: a hundred starts with their preview, what failed, and all of them stopped."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.models import Batch, CloudAccount, Device, Recording
from recordings.sandbox import EntryKind, Fault, FaultPlan, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import FLEET, MINE
from recordings.sandbox.samples import Fleet, SampleDevice
from recordings.worker.jobs import JOBS

from .conftest import set_passwords, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRUCKS = [f"shift_{number:03}" for number in range(100)]
REFUSED = TRUCKS[10:13]
LOST = TRUCKS[20]
FAULTS = (
    *(FaultPlan(device_id=each, fault=Fault.REFUSE, code="InternalError", message="Busy.") for each in REFUSED),
    FaultPlan(device_id=LOST, fault=Fault.RESET_BEFORE),
)


@pytest.fixture
def shift(transactional_db: None, settings: Settings) -> Iterator[Sandbox]:
    """The sample fleet with a hundred trucks more, of which three are refused once and one is never answered."""
    trucks = tuple(
        SampleDevice(
            project_id=MINE.project_id, device_id=each, name=f"Truck {each}", device_type="field", status="connected"
        )
        for each in TRUCKS
    )
    fleet = Fleet(projects=FLEET.projects, devices=(*FLEET.devices, *trucks))
    with running_sandbox(SandboxConfig(faults=FAULTS, fleet=fleet, calls_per_second=0, live_limit=1000)) as sandbox:
        settings.SANDBOX_ENDPOINT = sandbox.url
        call_command("sample")
        account = CloudAccount.objects.get()
        account.calls_per_second, account.live_limit = 100_000, 1000
        account.save()
        project = account.projects.get(project_id=MINE.project_id)
        Device.objects.bulk_create(
            Device(project=project, device_id=each.device_id, name=each.name, status="connected") for each in trucks
        )
        set_passwords()
        yield sandbox


def work() -> None:
    """The worker sends all that is queued."""
    for batch in Batch.objects.exclude(state=Batch.State.FINISHED):
        JOBS["batch"].do(batch.pk, timezone.now())


def number_of(page: Page, word: str) -> str:
    link = page.locator(".batch-number", has_text=word)
    return link.locator("strong").inner_text()


def test_a_hundred_starts_what_failed_is_settled_and_all_are_stopped(
    page: Page, live_server: LiveServer, shift: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/batches/new/")
    page.get_by_label("Add devices by id").fill("\n".join([*TRUCKS, "truck_of_nobody"]))
    page.get_by_role("button", name="Add these").click()
    expect(page.get_by_text("Unknown id in your projects:")).to_be_visible()
    expect(page.get_by_role("alert").get_by_text("truck_of_nobody")).to_be_visible()
    page.get_by_label("Add devices by id").fill("")
    page.get_by_label("Profile").select_option(index=1)
    start = page.get_by_role("button", name="Start 100 recordings")
    expect(start).to_be_enabled()
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="English").click()
    expect(start).to_be_enabled()  # the devices and the profile are still there
    page.get_by_label("Name").fill("Night shift")
    start.dblclick()
    page.wait_for_url(re.compile(r"/batches/\d+/$"))
    assert Batch.objects.count() == 1

    work()
    expect(page.get_by_text("100 of 100 done")).to_be_visible()
    assert (number_of(page, "Accepted"), number_of(page, "Refused"), number_of(page, "No response")) == ("96", "3", "1")
    batch_url = page.url

    page.get_by_role("button", name="Try these again (3)").click()
    page.wait_for_url(lambda url: url != batch_url)
    work()
    expect(page.get_by_text("3 of 3 done")).to_be_visible()
    assert number_of(page, "Accepted") == "3"

    page.goto(batch_url + "?show=unknown")
    page.get_by_role("link", name="Resolve…").click()
    page.get_by_label("It never started").check()
    page.get_by_label("Reason").fill("Nothing in the bucket, nothing on the console")
    page.get_by_role("button", name="Save decision").click()
    page.wait_for_url(lambda url: "/resolve/" not in url)
    page.goto(batch_url)
    assert number_of(page, "No response") == "0"

    page.get_by_role("link", name="Stop all of this batch…").click()
    stop = page.get_by_role("button", name="Stop 96 recordings")
    stop.click()
    expect(page.get_by_text("Enter a reason; it is kept on record.")).to_be_visible()
    page.get_by_label("Reason").fill("End of shift")
    page.get_by_label("Type 96 to stop 96 recordings").fill("96")
    page.get_by_role("button", name="Stop 96 recordings").click()
    page.wait_for_url(re.compile(r"/batches/\d+/$"))
    work()
    expect(page.get_by_text("96 of 96 done")).to_be_visible()
    assert len(shift.journal(EntryKind.STOPPED)) == 96
    started = [entry.device for entry in shift.journal(EntryKind.STARTED)]
    assert len(started) == len(set(started)) == 99
    assert Recording.objects.filter(state__in=Recording.LIVE).count() == 96 + 3
    assert complaints == []

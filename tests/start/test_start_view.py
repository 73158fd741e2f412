"""The start page: what it offers, what it refuses and how it says so, and the three outcomes."""

from typing import Any

import pytest
from django.core.signing import TimestampSigner
from django.http import HttpResponse
from django.test import Client

from recordings.lifecycle.reference import new_reference
from recordings.models import Device, Project, Recording, RecordingProfile, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.factories import make_device, make_operator, make_profile, make_project, make_storage, signed_in

pytestmark = pytest.mark.django_db
URL = "/recordings/new/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def answers(browser: Client, device: Device, storage: StorageCredential) -> dict[str, Any]:
    """A form filled in rightly, with the reference of a page that was really shown."""
    shown = browser.get(URL).context["form"]
    return {
        "project": device.project_id,
        "device": device.pk,
        "video_stream_id": 0,
        "profile": "",
        "storage": storage.pk,
        "output_format": 3,
        "max_media_file_duration": 60,
        "max_idle_time": 30,
        "file_name_prefix": "shift/day",
        "reference": shown["reference"].value(),
    }


def errors(response: HttpResponse) -> dict[str, list[str]]:
    return response.context["form"].errors  # type: ignore[attr-defined, no-any-return]


def test_it_offers_field_devices_of_ones_own_projects_only(
    browser: Client, device: Device, foreign_project: Project
) -> None:
    make_device(device.project, device_id="cockpit_1", type=Device.Type.REMOTE)
    make_device(foreign_project, device_id="crane_1")
    page = browser.get(URL).content.decode()
    assert "truck_07" in page
    assert "cockpit_1" not in page
    assert "crane_1" not in page


def test_an_accepted_start_leads_to_its_page_with_task_id_and_request_id(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    response = browser.post(URL, answers)
    recording = Recording.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, recording.get_absolute_url())
    page = browser.get(response.headers["Location"]).content.decode()
    assert recording.task_id in page
    assert recording.request_id in page


def test_by_htmx_the_browser_is_sent_there_too(sandbox: Sandbox, browser: Client, answers: dict[str, Any]) -> None:
    response = browser.post(URL, answers, headers=HTMX)
    assert response.headers["HX-Redirect"] == Recording.objects.get().get_absolute_url()


def test_what_is_shown_is_what_is_sent(sandbox: Sandbox, browser: Client, answers: dict[str, Any]) -> None:
    shown = browser.post("/recordings/new/check/", answers, headers=HTMX | {"HX-Trigger-Name": "storage"})
    reference = str(answers["reference"]).split(":")[0]
    assert f"shift/day/{reference}/" in shown.content.decode().replace("<wbr>", "")
    browser.post(URL, answers)
    (started,) = sandbox.journal(EntryKind.STARTED)
    assert started.prefix == ("shift", "day", reference)


def test_a_refused_start_explains_the_code_and_keeps_what_was_typed(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="UnauthorizedOperation.StorageAuthFailed", message="denied")
    response = browser.post(URL, answers)
    page = response.content.decode()
    assert response.status_code == 422
    assert "UnauthorizedOperation.StorageAuthFailed" in page
    assert 'value="shift/day"' in page
    again = answers | {name: response.context["form"][name].value() for name in ("reference", "retry_of")}
    assert browser.post(URL, again).status_code == 303
    first, second = Recording.objects.order_by("id")
    assert second.retry_of == first


def test_an_unknown_outcome_says_that_it_may_be_running(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    response = browser.post(URL, answers, follow=True)
    assert "may be running" in response.content.decode()


def test_a_live_stream_starts_nothing_and_is_linked(sandbox: Sandbox, browser: Client, answers: dict[str, Any]) -> None:
    browser.post(URL, answers)
    fresh = answers | {"reference": browser.get(URL).context["form"]["reference"].value()}
    response = browser.post(URL, fresh)
    assert response.status_code == 422
    assert Recording.objects.get().get_absolute_url() in response.content.decode()
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_the_same_form_sent_twice_starts_once_and_says_so(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    browser.post(URL, answers)
    response = browser.post(URL, answers)
    assert response.status_code == 422
    assert response.context["sent_twice"]
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_an_unknown_one_in_the_way_is_closed_with_a_reason_and_the_start_goes_on(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE)
    browser.post(URL, answers)
    lost = Recording.objects.get()
    fresh = answers | {"reference": browser.get(URL).context["form"]["reference"].value()}
    blocked = browser.post(URL, fresh)
    assert 'name="close_reason"' in blocked.content.decode()
    fresh["reference"] = blocked.context["form"]["reference"].value()
    for reason in (" ", "x" * 10_000):
        wrong = browser.post(URL, fresh | {"closes": lost.pk, "close_reason": reason})
        assert errors(wrong)["close_reason"][0] in wrong.content.decode()
    assert browser.post(URL, fresh | {"closes": lost.pk, "close_reason": "No files"}).status_code == 303
    lost.refresh_from_db()
    assert lost.state == Recording.State.CLOSED


BAD = [
    ("project", ["", "0", "x", "99999999999999999999", "-1"]),
    ("device", ["", "x", "99999999999999999999"]),
    ("video_stream_id", ["", "-1", "100", "1.5", "one", "9" * 10_000, "١٢٣"]),
    ("profile", ["x", "99999999999999999999"]),
    ("storage", ["", "x", "99999999999999999999"]),
    ("output_format", ["", "5", "-1", "mp4", "9" * 10_000]),
    ("max_media_file_duration", ["", "0", "1441", "1.5", "x" * 10_000]),
    ("max_idle_time", ["", "4", "86401", "1e3"]),
    ("file_name_prefix", ["/", "a//b", "a.b", "a b", "矿卡", "../x", "a/", "a\0b", "a\nb", " a", "x" * 10_000]),
    ("reference", ["", "forged", "x" * 10_000]),
    ("retry_of", ["x", "99999999999999999999"]),
    ("closes", ["x", "99999999999999999999"]),
]


@pytest.mark.parametrize(("field", "value"), [(name, value) for name, values in BAD for value in values])
def test_bad_input_goes_nowhere_and_says_what_is_allowed_at_its_field(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any], field: str, value: str
) -> None:
    response = browser.post(URL, answers | {field: value})
    assert response.status_code == 422
    assert errors(response)[field]
    assert errors(response)[field][0] in response.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert not sandbox.journal(EntryKind.CALLED)
    assert not Recording.objects.exists()


@pytest.mark.parametrize("field", ["project", "device", "video_stream_id", "storage", "output_format", "reference"])
def test_a_missing_field_is_no_500(sandbox: Sandbox, browser: Client, answers: dict[str, Any], field: str) -> None:
    del answers[field]
    response = browser.post(URL, answers)
    assert response.status_code == 422
    assert field in errors(response)


def test_what_was_typed_stays_beside_its_error(sandbox: Sandbox, browser: Client, answers: dict[str, Any]) -> None:
    page = browser.post(URL, answers | {"file_name_prefix": "a.b", "max_idle_time": "77777777"}).content.decode()
    assert 'value="a.b"' in page
    assert 'value="77777777"' in page


def test_a_device_a_storage_or_a_project_of_others_is_refused_at_its_field(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any], foreign_project: Project, device: Device
) -> None:
    foreign = {
        "project": foreign_project.pk,
        "device": make_device(foreign_project).pk,
        "storage": make_storage(foreign_project).pk,
    }
    for field, value in foreign.items():
        assert field in errors(browser.post(URL, answers | {field: value}))
    remote = make_device(device.project, type=Device.Type.REMOTE)
    assert "device" in errors(browser.post(URL, answers | {"device": remote.pk}))
    keyless = make_storage(device.project, keyed=False)
    assert "storage" in errors(browser.post(URL, answers | {"storage": keyless.pk}))
    assert not sandbox.journal(EntryKind.CALLED)


def test_a_device_of_another_of_ones_projects_does_not_fit(
    sandbox: Sandbox, device: Device, storage: StorageCredential
) -> None:
    other = make_project(account=device.project.account)
    browser = signed_in(make_operator(device.project, other))
    stranger = make_device(other)
    posted = {"project": device.project_id, "device": stranger.pk, "storage": storage.pk, "video_stream_id": 0}
    assert "device" in errors(browser.post(URL, posted))


def test_hls_leaves_the_file_duration_out_whatever_was_typed(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any]
) -> None:
    browser.post(URL, answers | {"output_format": 0, "max_media_file_duration": "nonsense"})
    assert Recording.objects.get().max_media_file_duration is None


def test_a_form_that_was_open_for_too_long_gets_a_fresh_reference_and_starts_nothing(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(TimestampSigner, "timestamp", lambda self: "1")
        answers["reference"] = new_reference()
    response = browser.post(URL, answers)
    assert "expired" in errors(response)["reference"][0]
    fresh = answers | {"reference": response.context["form"]["reference"].value()}
    assert browser.post(URL, fresh).status_code == 303


def test_a_session_that_ended_keeps_what_was_typed(answers: dict[str, Any]) -> None:
    response = Client().post(URL, answers)
    assert response.status_code == 302
    assert "file_name_prefix%3Dshift" in response.headers["Location"]
    fragment = Client().post(URL, answers, headers=HTMX)
    assert fragment.status_code == 401
    assert "/login/" in fragment.content.decode()


def test_what_was_typed_is_back_after_signing_in_again(browser: Client, answers: dict[str, Any]) -> None:
    page = browser.get(URL, {name: answers[name] for name in ("device", "file_name_prefix", "max_idle_time")})
    assert 'value="shift/day"' in page.content.decode()
    assert page.context["chosen_device"].pk == answers["device"]


def test_a_missing_csrf_token_is_explained(operator: User, answers: dict[str, Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)
    response = strict.post(URL, answers)
    assert response.status_code == 403
    assert "csrf" not in response.content.decode().lower().replace("csrfmiddlewaretoken", "")


def test_choosing_a_profile_fills_in_its_parameters(
    browser: Client, answers: dict[str, Any], storage: StorageCredential
) -> None:
    profile = make_profile(storage, output_format=4, max_idle_time=99, file_name_prefix="from/profile")
    response = browser.post(URL, answers | {"refresh": "profile", "profile": profile.pk})
    assert response.status_code == 200
    form = response.context["form"]
    assert (form["output_format"].value(), form["max_idle_time"].value()) == (4, 99)
    assert form["file_name_prefix"].value() == "from/profile"


def test_a_script_may_post_a_profile_instead_of_its_parameters(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any], profile: RecordingProfile
) -> None:
    few = {name: answers[name] for name in ("project", "device", "video_stream_id", "reference")}
    assert browser.post(URL, few | {"profile": profile.pk}).status_code == 303
    recording = Recording.objects.get()
    assert (recording.profile, recording.storage) == (profile, profile.storage)


def test_a_project_starts_with_its_default_profile(
    browser: Client, project: Project, device: Device, profile: RecordingProfile
) -> None:
    project.default_profile = profile
    project.save()
    form = browser.get(URL).context["form"]
    assert (form["profile"].value(), form["storage"].value()) == (profile.pk, profile.storage_id)


def test_searching_finds_devices_by_id_and_name_and_keeps_the_rest(
    browser: Client, answers: dict[str, Any], device: Device
) -> None:
    make_device(device.project, device_id="shovel_1", name="电铲 1 号")
    response = browser.post(URL, answers | {"refresh": "devices", "device_search": "电铲"})
    assert [found.device_id for found in response.context["devices"]] == ["shovel_1"]
    assert response.context["form"]["file_name_prefix"].value() == "shift/day"


def test_one_field_is_checked_by_itself(browser: Client, answers: dict[str, Any]) -> None:
    changed = answers | {"max_idle_time": "3", "file_name_prefix": "a.b"}
    response = browser.post("/recordings/new/check/", changed, headers=HTMX | {"HX-Trigger-Name": "max_idle_time"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="field-max_idle_time"' in page
    assert 'id="field-file_name_prefix"' not in page


def test_checking_a_field_that_is_not_there_is_400(browser: Client, answers: dict[str, Any]) -> None:
    response = browser.post("/recordings/new/check/", answers, headers=HTMX | {"HX-Trigger-Name": "__class__"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("code", "certain"),
    [("InternalError", False), ("FailedOperation", False), ("ServiceUnavailable", False), ("Quite.New", False),
     ("UnauthorizedOperation.StorageAuthFailed", True)],
)  # fmt: skip
def test_a_refusal_promises_that_nothing_was_started_only_where_that_is_certain(
    sandbox: Sandbox, browser: Client, answers: dict[str, Any], code: str, certain: bool
) -> None:
    sandbox.add_fault(Fault.REFUSE, code=code, message="x")
    form = browser.post(URL, answers).content.decode()
    page = browser.get(Recording.objects.get().get_absolute_url()).content.decode()
    for text in (form, page):
        assert ("Nothing was started" in text, "Probably not started" in text) == (certain, not certain)
        assert ("/unclaimed/" in text.partition("<main")[2]) is not certain

"""Who sees which entries, and what each filter finds of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from recordings.audit.filters import TrailFilter
from recordings.audit.queries import visible_entries
from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, AuditEntry, Device, Project, Recording, StorageCredential, User
from tests.factories import make_auditor, make_project, signed_in
from tests.lifecycle.start_requests import start_request

from .entries import entered

pytestmark = pytest.mark.django_db


def sequences(user: User, **query: Any) -> list[int]:
    """What this person finds, the oldest first."""
    text = QueryDict(mutable=True)
    text.update({name: str(value) for name, value in query.items()})
    chosen = TrailFilter(text, visible_entries(user), user=user)
    assert chosen.form.is_valid(), chosen.form.errors
    return sorted(entry.sequence for entry in chosen.qs)


def test_an_auditor_of_all_projects_and_an_admin_see_every_entry(
    auditor: User, admin: User, project: Project, foreign_project: Project
) -> None:
    for project_id in ("", project.project_id, foreign_project.project_id, "gone"):
        entered(project_id=project_id)
    assert sequences(auditor) == sequences(admin) == [1, 2, 3, 4]


def test_a_limited_auditor_sees_only_entries_of_these_projects(
    limited_auditor: User, project: Project, foreign_project: Project
) -> None:
    for project_id in ("", project.project_id, foreign_project.project_id, "gone"):
        entered(project_id=project_id)
    assert sequences(limited_auditor) == [2]


def test_id_of_two_accounts_is_hidden_from_limited_users(project: Project) -> None:
    twin = make_project(project_id=project.project_id)
    entered(project_id=project.project_id)
    assert sequences(make_auditor(project)) == []
    assert sequences(make_auditor(project, twin)) == [1]


def test_operators_and_people_without_a_role_see_nothing(operator: User, no_role_user: User, project: Project) -> None:
    entered(project_id=project.project_id)
    entered()
    assert sequences(operator) == sequences(no_role_user) == []


def test_each_filter_narrows_down_to_what_it_names(auditor: User, project: Project) -> None:
    entered(target="Lorry 3", target_type="Device", target_id="3")
    entered(
        "recording.closed", actor="bo", address="10.0.0.71", target="Truck 矿卡 7", target_type="Recording",
        target_id="77", project_id=project.project_id,
    )  # fmt: skip
    for query in (
        {"q": "矿卡"},
        {"q": "77"},
        {"actor": "bo"},
        {"action": "recording.closed"},
        {"action": "recording."},
        {"target_type": "Recording"},
        {"target_id": "77"},
        {"project": project.pk},
        {"address": "10.0.0.71"},
    ):
        assert sequences(auditor, **query) == [2], query
    assert sequences(auditor, action="device.") == [1]
    assert sequences(auditor, q="nothing like this") == []
    assert sequences(auditor, actor="bo", address="10.0.0.7") == []


def test_days_count_in_full(auditor: User) -> None:
    today = timezone.localdate()
    for days in (0, 1, 2):
        entry = entered()
        AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=days))
    assert sequences(auditor, since=today - timedelta(days=1)) == [1, 2]
    assert sequences(auditor, until=today - timedelta(days=1)) == [2, 3]
    assert sequences(auditor, until="9999-12-31") == [1, 2, 3]


def test_a_recording_is_found_by_its_task_id_and_by_the_request_id_of_any_try(
    auditor: User, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id = Recording.State.ENDED, "-task+/1"
    recording.save()
    now = timezone.now()
    ApiCall.objects.create(
        account=recording.account, recording=recording, action="CreateCloudRecording", created_at=now,
        lease_until=now, outcome="refused", request_id="of-an-earlier-try",
    )  # fmt: skip
    entered("recording.start_asked", target=recording)
    entered("recording.start_asked", target="another", target_type="Recording", target_id="999999")
    assert sequences(auditor, q="-task+/1") == sequences(auditor, q=" of-an-earlier-try ") == [1]


@pytest.mark.parametrize(
    "query", ["action=nonsense.", "target_type=x", "project=99999999999999999999", "since=yesterday", "q=a%00b"]
)
def test_a_value_that_is_not_offered_is_refused(auditor: User, query: str) -> None:
    entered()
    assert not TrailFilter(QueryDict(query), visible_entries(auditor), user=auditor).form.is_valid()


def test_another_project_is_not_offered_to_a_limited_auditor(limited_auditor: User, foreign_project: Project) -> None:
    query = QueryDict(f"project={foreign_project.pk}")
    assert not TrailFilter(query, visible_entries(limited_auditor), user=limited_auditor).form.is_valid()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("page", ["/audit/", "/audit/export/"])
def test_days_at_the_ends_of_time_make_no_error(auditor: User, page: str, day: str) -> None:
    assert signed_in(auditor).get(page, {"since": day, "until": day}).status_code in {200, 422}

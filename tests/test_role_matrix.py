"""Who may open what: every URL and method for every kind of person, and objects of projects that are not theirs.

A URL that is not in the matrix fails the test, so that none is added without a decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from recordings.exports.services import ExportRequest as WantedExport
from recordings.exports.services import request_export
from recordings.lifecycle.batches.create import create_batch
from recordings.lifecycle.start import build_recording
from recordings.models import (
    AuditEntry,
    CallbackEvent,
    Device,
    Export,
    FleetSync,
    Project,
    Recording,
    RecordingProfile,
    SavedView,
    StorageCredential,
    User,
)

from .audit.entries import entered
from .batches.requests import batch_request
from .factories import make_device, make_operator, make_profile, make_project, make_storage, signed_in
from .lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db

PEOPLE = ("operator", "admin", "auditor")
EVERYBODY = frozenset(PEOPLE)
OPERATOR, ADMIN, AUDITOR = frozenset({"operator"}), frozenset({"admin"}), frozenset({"auditor"})
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may GET and who may POST; no role at all means that the method is not there (405)."""

    get: frozenset[str] = frozenset()
    post: frozenset[str] = frozenset()
    object_of: str = ""
    scoped: bool = True
    """Whether a person limited to another project gets 404 for the object."""


PUBLIC = {
    "account_login", "account_logout", "language", "theme", "keyboard", "healthz", "readyz", "callback",
    "mfa_authenticate", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "socialaccount_login_error", "choose_password", "old_unclaimed",
}  # fmt: skip
"""Open to the signed out: each has tests of its own."""

OWN: dict[str, tuple[str, ...]] = {
    "account_reauthenticate": ("get", "post"),
    "mfa_reauthenticate": ("get", "post"),
    "mfa_reauthenticate_webauthn": ("post",),
    "you": ("get",),
    "you_display": ("post",),
    "account_change_password": ("get", "post"),
    "mfa_index": ("get",),
    "mfa_activate_totp": ("get", "post"),
    "mfa_deactivate_totp": ("get", "post"),
    "mfa_view_recovery_codes": ("get",),
    "mfa_generate_recovery_codes": ("get", "post"),
    "mfa_download_recovery_codes": ("get",),
    "mfa_list_webauthn": ("get",),
    "mfa_add_webauthn": ("get", "post"),
    "mfa_edit_webauthn": ("get", "post"),
    "mfa_remove_webauthn": ("get", "post"),
}
"""Pages of oneself, by method: for every user who is signed in. tests/signin/test_guard.py walks them."""

MATRIX: dict[str, Rule] = {
    "home": Rule(get=EVERYBODY),
    "start": Rule(get=OPERATOR, post=OPERATOR),
    "start_check": Rule(post=OPERATOR),
    "recording_stop": Rule(get=OPERATOR, post=OPERATOR, object_of="recording"),
    "recording_resolve": Rule(get=OPERATOR, post=OPERATOR, object_of="recording"),
    "recording_close": Rule(get=OPERATOR, post=OPERATOR, object_of="recording"),
    "recording_again": Rule(post=OPERATOR, object_of="recording"),
    "recordings": Rule(get=EVERYBODY),
    "attention": Rule(get=EVERYBODY),
    "attention_count": Rule(get=EVERYBODY),
    "attention_decide": Rule(get=OPERATOR, post=OPERATOR),
    "status": Rule(get=EVERYBODY),
    "encryption": Rule(get=ADMIN),
    "recording_rows": Rule(get=EVERYBODY),
    "recordings_columns": Rule(post=EVERYBODY),
    "recordings_view_save": Rule(get=EVERYBODY, post=EVERYBODY),
    "recordings_view_delete": Rule(post=EVERYBODY, object_of="view"),
    "recording": Rule(get=EVERYBODY, object_of="recording"),
    "recording_summary": Rule(get=EVERYBODY, object_of="recording"),
    "recording_files": Rule(get=EVERYBODY, object_of="recording"),
    "recording_scan": Rule(post=OPERATOR, object_of="recording"),
    "recording_call": Rule(get=EVERYBODY, object_of="call"),
    "recording_support": Rule(get=EVERYBODY, object_of="recording"),
    "file_download": Rule(get=OPERATOR | AUDITOR, object_of="file"),
    "file_play": Rule(get=OPERATOR | AUDITOR, object_of="file"),
    "file_trouble": Rule(get=OPERATOR | AUDITOR, object_of="file"),
    "file_playlist": Rule(get=OPERATOR | AUDITOR, object_of="file"),
    "file_segment": Rule(get=OPERATOR | AUDITOR, object_of="file"),
    "batches": Rule(get=EVERYBODY),
    "batch_new": Rule(get=OPERATOR, post=OPERATOR),
    "batch": Rule(get=EVERYBODY, object_of="batch"),
    "batch_pause": Rule(post=OPERATOR, object_of="batch"),
    "batch_resume": Rule(post=OPERATOR, object_of="batch"),
    "batch_cancel": Rule(post=OPERATOR, object_of="batch"),
    "batch_again": Rule(post=OPERATOR, object_of="batch"),
    "batch_confirm": Rule(post=OPERATOR, object_of="batch"),
    "projects": Rule(get=EVERYBODY),
    "project_new": Rule(get=ADMIN, post=ADMIN),
    "project": Rule(get=EVERYBODY, object_of="project"),
    "project_edit": Rule(get=ADMIN, post=ADMIN, object_of="project"),
    "unclaimed": Rule(get=EVERYBODY),
    "unclaimed_claim": Rule(get=OPERATOR, post=OPERATOR, object_of="event"),
    "unclaimed_dismiss": Rule(get=OPERATOR, post=OPERATOR, object_of="event"),
    "unclaimed_stop": Rule(post=OPERATOR, object_of="event"),
    "project_callbacks": Rule(get=EVERYBODY, object_of="project"),
    "project_callbacks_register": Rule(post=ADMIN, object_of="project"),
    "project_callbacks_replace": Rule(post=ADMIN, object_of="project"),
    "project_callbacks_retire": Rule(post=ADMIN, object_of="project"),
    "project_callbacks_try": Rule(post=ADMIN, object_of="project"),
    "devices": Rule(get=EVERYBODY),
    "sync": Rule(get=ADMIN),
    "sync_start": Rule(post=ADMIN),
    "sync_review": Rule(get=ADMIN, object_of="sync"),
    "sync_apply": Rule(post=ADMIN, object_of="sync"),
    "devices_select": Rule(post=EVERYBODY),
    "devices_labels": Rule(post=ADMIN),
    "device_new": Rule(get=ADMIN, post=ADMIN),
    "device": Rule(get=EVERYBODY, object_of="device"),
    "device_edit": Rule(get=ADMIN, post=ADMIN, object_of="device"),
    "profiles": Rule(get=EVERYBODY),
    "profile_new": Rule(get=ADMIN, post=ADMIN),
    "profile": Rule(get=EVERYBODY, object_of="profile"),
    "profile_edit": Rule(get=ADMIN, post=ADMIN, object_of="profile"),
    "accounts": Rule(get=EVERYBODY),
    "account_new": Rule(get=ADMIN, post=ADMIN),
    "account": Rule(get=EVERYBODY, object_of="account"),
    "account_edit": Rule(get=ADMIN, post=ADMIN, object_of="account"),
    "account_key": Rule(get=ADMIN, post=ADMIN, object_of="account"),
    "account_test": Rule(post=ADMIN, object_of="account"),
    "account_signature": Rule(get=ADMIN, post=ADMIN, object_of="account"),
    "account_retire": Rule(post=ADMIN, object_of="account"),
    "account_restore": Rule(post=ADMIN, object_of="account"),
    "storages": Rule(get=EVERYBODY),
    "storage_new": Rule(get=ADMIN, post=ADMIN),
    "storage": Rule(get=EVERYBODY, object_of="storage"),
    "storage_edit": Rule(get=ADMIN, post=ADMIN, object_of="storage"),
    "storage_key": Rule(get=ADMIN, post=ADMIN, object_of="storage"),
    "storage_test": Rule(post=ADMIN, object_of="storage"),
    "storage_retire": Rule(post=ADMIN, object_of="storage"),
    "storage_restore": Rule(post=ADMIN, object_of="storage"),
    "people": Rule(get=ADMIN | AUDITOR),
    "person_new": Rule(get=ADMIN, post=ADMIN),
    "person": Rule(get=ADMIN | AUDITOR, object_of="person"),
    "person_edit": Rule(get=ADMIN, post=ADMIN, object_of="person"),
    "person_disable": Rule(post=ADMIN, object_of="person"),
    "person_enable": Rule(post=ADMIN, object_of="person"),
    "person_sign_out": Rule(post=ADMIN, object_of="person"),
    "person_link": Rule(post=ADMIN, object_of="person"),
    "person_link_done": Rule(post=ADMIN, object_of="person"),
    "person_remove_factors": Rule(post=ADMIN, object_of="person"),
    "audit": Rule(get=ADMIN | AUDITOR),
    "audit_entry": Rule(get=ADMIN | AUDITOR, object_of="entry"),
    "audit_anchors": Rule(get=ADMIN | AUDITOR),
    "audit_checks": Rule(get=ADMIN | AUDITOR),
    "audit_check": Rule(post=AUDITOR),
    "recordings_export": Rule(get=EVERYBODY, post=EVERYBODY),
    "audit_export": Rule(get=AUDITOR, post=AUDITOR),
    "batch_export": Rule(get=EVERYBODY, post=EVERYBODY),
    "exports": Rule(get=EVERYBODY),
    "export": Rule(get=EVERYBODY, post=EVERYBODY, object_of="export"),
    "export_file": Rule(get=EVERYBODY, object_of="export"),
    "export_manifest": Rule(get=EVERYBODY, object_of="export"),
}

AFTER = {"file_playlist": ("ticket",), "file_segment": ("ticket", "a.ts")}
"""What an address holds after the object's number."""
EXPORTED = WantedExport(subject="history", format="csv", query="", language="en")
WITH_OBJECT = sorted(name for name, rule in MATRIX.items() if rule.object_of)


@dataclass(kw_only=True)
class World:
    """One object of each kind in the project, and the people."""

    objects: dict[str, Any]
    people: dict[str, User] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    """One of each person: no user sees those of others."""
    views: dict[str, SavedView] = field(default_factory=dict)

    def url(self, name: str, person: str = "operator") -> str:
        kind = MATRIX[name].object_of
        return reverse(name, args=[*self.args(kind, person), *AFTER.get(name, ())] if kind else [])

    def args(self, kind: str, person: str = "operator") -> list[Any]:
        """A file's address names its recording too; an entry of the trail is known by its place in the chain."""
        if kind == "export":
            return [self.exports[person].pk]
        if kind == "view":
            return [self.views[person].pk]
        above = [self.objects["recording"].pk] if kind in {"file", "call"} else []
        own = self.objects[kind]
        return [*above, own.sequence if isinstance(own, AuditEntry) else own.pk]

    def client(self, person: str) -> Client:
        return signed_in(self.people[person])


@pytest.fixture
def world(
    project: Project,
    device: Device,
    storage: StorageCredential,
    profile: RecordingProfile,
    operator: User,
    admin: User,
    auditor: User,
    no_role_user: User,
) -> World:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id = Recording.State.ENDED, "-ended"
    recording.save()
    file = recording.files.create(name="a.mp4", announced_at=timezone.now())
    now = timezone.now()
    call = recording.calls.create(
        account=project.account, action="CreateCloudRecording", created_at=now, lease_until=now
    )
    event = CallbackEvent.objects.create(
        project=project, body=b"{}", digest="x", received_at=now, interpreted_at=now, event_type=301, task_id="-nobodys"
    )
    batch = create_batch(actor=operator, request=batch_request([device], storage))
    objects = {
        "batch": batch, "recording": recording, "project": project, "device": device, "profile": profile,
        "account": project.account, "storage": storage, "event": event, "file": file, "call": call,
        "sync": FleetSync.objects.create(account=project.account, created_at=now, state="review"),
        "entry": entered(project_id=project.project_id), "person": make_operator(project),
    }  # fmt: skip
    people = {"operator": operator, "admin": admin, "auditor": auditor, "nobody": no_role_user}
    exports = {name: request_export(actor=people[name], request=EXPORTED) for name in PEOPLE}
    views = {name: SavedView.objects.create(owner=people[name], name="Mine", query="state=live") for name in PEOPLE}
    return World(objects=objects, people=people, exports=exports, views=views)


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_every_url_has_a_name_and_stands_in_the_matrix() -> None:
    names = {pattern.name for pattern in patterns(get_resolver())}
    assert names == set(MATRIX) | PUBLIC | set(OWN)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_every_role_gets_what_the_matrix_says(world: World, name: str) -> None:
    rule = MATRIX[name]
    for person in PEOPLE:
        for method, allowed in (("get", rule.get), ("post", rule.post)):
            status = getattr(world.client(person), method)(world.url(name, person)).status_code
            if allowed:
                expected = {403} if allowed and person not in allowed else {200, 302, 303, 400, 422, 502}
            else:
                expected = {405}
            assert status in expected, f"{method} {name} as {person}: {status}"


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_method_that_is_not_there_is_405_for_everybody(world: World, name: str) -> None:
    for method in ("put", "patch", "delete"):
        status = getattr(world.client("operator"), method)(world.url(name)).status_code
        assert status == 405


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_the_signed_out_are_led_to_the_sign_in(world: World, name: str) -> None:
    rule = MATRIX[name]
    for method in ("get", "post"):
        if getattr(rule, method):
            response = getattr(Client(), method)(world.url(name))
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/login/?next=")
            fragment = getattr(Client(), method)(world.url(name), headers={"HX-Request": "true"})
            assert fragment.status_code == 401


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_user_without_a_role_may_nothing(world: World, name: str) -> None:
    rule = MATRIX[name]
    for method in ("get", "post"):
        if getattr(rule, method):
            assert getattr(world.client("nobody"), method)(world.url(name)).status_code == 403


@pytest.mark.parametrize("name", WITH_OBJECT)
def test_an_object_of_another_project_is_not_there(world: World, name: str) -> None:
    world.people["stranger"] = make_operator(make_project())
    rule = MATRIX[name]
    for method in ("get", "post"):
        if "operator" in getattr(rule, method):
            assert getattr(world.client("stranger"), method)(world.url(name)).status_code == 404


@pytest.mark.parametrize("name", WITH_OBJECT)
def test_an_object_that_does_not_exist_is_not_there(world: World, name: str) -> None:
    rule = MATRIX[name]
    kind = rule.object_of
    missing = "00000000-0000-4000-8000-000000000000" if kind in {"account", "export"} else 10**15
    for method in ("get", "post"):
        for person in getattr(rule, method):
            url = reverse(name, args=[*world.args(kind)[:-1], missing, *AFTER.get(name, ())])
            assert getattr(world.client(person), method)(url).status_code == 404


def test_an_inactive_person_is_signed_out(world: World) -> None:
    client = world.client("operator")
    User.objects.filter(username="operator").update(is_active=False)
    assert client.get(reverse("recordings")).status_code == 302


def test_a_changed_session_version_ends_the_session(world: World) -> None:
    client = world.client("operator")
    User.objects.filter(username="operator").update(session_version=1)
    assert client.get(reverse("recordings")).status_code == 302


def test_ids_in_bodies_filters_and_fragments_are_scoped_too(world: World) -> None:
    """What another project has is neither listed, nor found, nor accepted."""
    stranger = make_operator(other := make_project())
    world.people["stranger"] = stranger
    client = world.client("stranger")
    recording, device = world.objects["recording"], world.objects["device"]
    for query in (f"q={recording.reference}", f"q={device.device_id}", f"project={device.project_id}", "state=ended"):
        assert client.get(f"/recordings/?{query}").context["recordings"] == []
    assert device.device_id not in client.get(f"/recordings/rows/?id={recording.pk}").content.decode()
    assert device.device_id not in client.get(f"/recordings/new/?project={device.project_id}").content.decode()
    own = make_storage(other)
    make_profile(own)
    posted = {"project": other.pk, "device": device.pk, "storage": world.objects["storage"].pk, "video_stream_id": 0}
    response = client.post("/recordings/new/", posted)
    assert response.status_code == 422
    assert {"device", "storage"} <= set(response.context["form"].errors)
    mine = make_device(other)
    response = client.post("/recordings/new/", posted | {"device": mine.pk, "closes": recording.pk})
    assert "closes" in response.context["form"].errors

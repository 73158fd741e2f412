"""What another user stores in the moment between check and save is said at the field, never a 500."""

from collections.abc import Callable

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from recordings.credentials.forms import NewAccountForm, NewStorageForm
from recordings.credentials.services import create_account, create_storage
from recordings.fleet.forms import DeviceForm, ProjectForm
from recordings.fleet.services import create_device, create_project
from recordings.models import Project, StorageCredential, User
from recordings.profiles.forms import ProfileForm
from recordings.profiles.services import create_profile
from recordings.web.edit import EditForm, edit
from tests.factories import make_account, make_device, make_profile, make_project, make_storage

pytestmark = pytest.mark.django_db


def press_save(form: EditForm, store: Callable[[], bool | None], user: User) -> HttpResponse:
    request = RequestFactory().post("/somewhere/")
    request.user = user
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return edit(request, form, store, heading="x", back="/", success_message="x")  # type: ignore[arg-type]


def test_a_device_id(project: Project, admin: User) -> None:
    form = DeviceForm({"project": project.pk, "device_id": "truck_1", "type": "field", "status": "ready"}, user=admin)

    def store() -> None:
        make_device(project, device_id="truck_1")
        create_device(actor=admin, device=form.instance)

    assert press_save(form, store, admin).status_code == 422
    assert list(form.errors) == ["device_id"]


def test_a_project_id(project: Project, admin: User) -> None:
    form = ProjectForm({"account": project.account_id, "project_id": "taken", "name": "x"}, user=admin)

    def store() -> None:
        make_project(account=project.account, project_id="taken")
        create_project(actor=admin, project=form.instance)

    assert press_save(form, store, admin).status_code == 422
    assert list(form.errors) == ["project_id"]


def test_the_name_of_a_profile(storage: StorageCredential, admin: User) -> None:
    form = ProfileForm({"name": "Night", "storage": storage.pk, "output_format": 0, "max_idle_time": 30}, user=admin)

    def store() -> None:
        make_profile(name="Night")
        create_profile(actor=admin, profile=form.instance)

    assert press_save(form, store, admin).status_code == 422
    assert list(form.errors) == ["name"]


def test_the_name_of_an_account(admin: User) -> None:
    form = NewAccountForm(
        {
            "name": "Mining", "secret_id": "AKIDsomebody", "secret_key": "the-secret-key-0123",
            "endpoint": "trro.tencentcloudapi.com", "language": "en-US", "calls_per_second": 20, "live_limit": 100,
        }
    )  # fmt: skip

    def store() -> None:
        make_account(name="Mining")
        create_account(actor=admin, account=form.instance, secret_key="the-secret-key-0123")

    assert press_save(form, store, admin).status_code == 422
    assert list(form.errors) == ["name"]


def test_the_name_of_a_storage(admin: User) -> None:
    form = NewStorageForm(
        {
            "name": "Archive", "vendor": 1, "region": "us-east-1", "bucket": "recording",
            "access_key": "the-access-key-0123", "secret_key": "the-secret-key-0123",
        },
        user=admin,
    )  # fmt: skip

    def store() -> None:
        make_storage(name="Archive")
        create_storage(actor=admin, storage=form.instance, projects=[], key=form.new_key())

    assert press_save(form, store, admin).status_code == 422
    assert list(form.errors) == ["name"]
    assert StorageCredential.objects.count() == 1


def test_what_the_form_cannot_explain_is_not_hidden(project: Project, admin: User) -> None:
    form = DeviceForm({"project": project.pk, "device_id": "truck_1", "type": "field", "status": "ready"}, user=admin)

    def store() -> None:
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError):
        press_save(form, store, admin)

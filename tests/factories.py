"""What tests start from: people with roles, and projects that could record. Plain functions, nothing shared.

Every call makes a new row with a name of its own; keyword arguments go to the model as they are.
"""

from itertools import count
from typing import Any

from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from recordings import vault
from recordings.identity.allauth_internals import record_authentication
from recordings.identity.sessions import ACTIVE, BEGAN
from recordings.models import (
    CloudAccount,
    Device,
    Label,
    Membership,
    Project,
    RecordingProfile,
    Role,
    StorageCredential,
    StorageKey,
    User,
)

ACCOUNT_SECRET_KEY = "canary-of-the-account-0123456789"
STORAGE_ACCESS_KEY = "canary-of-the-access-key-0123456789"
STORAGE_SECRET_KEY = "canary-of-the-storage-0123456789"

NOWHERE = "http://127.0.0.1:9"
"""Where accounts of tests call to: no server listens there, and nothing leaves this machine."""

_numbers = count(1)


def make_person(role: Role | None = None, *projects: Project, **fields: Any) -> User:
    """A user with `role` in the given projects, or in all of them; without a role, in none."""
    username = fields.pop("username", f"{role or 'nobody'}{next(_numbers)}")
    person = User.objects.create_user(username, **fields)
    for project in projects or ([None] if role else []):
        Membership.objects.create(user=person, role=role, project=project)
    return person


def make_operator(*projects: Project, **fields: Any) -> User:
    return make_person(Role.OPERATOR, *projects, **fields)


def make_admin(**fields: Any) -> User:
    """A credential admin who once chose a password: who never did does not count as one who stays."""
    admin = make_person(Role.CREDENTIAL_ADMIN, **fields)
    if "password" not in fields:
        admin.password = "chosen"
        admin.save(update_fields=["password"])
    return admin


def make_limited_admin(project: Project) -> User:
    """A credential admin of one project: the database allows none, so only this object of a person is one."""
    person = make_person()
    person.held = [Membership(user=person, role=Role.CREDENTIAL_ADMIN, project=project)]
    return person


def make_auditor(*projects: Project, **fields: Any) -> User:
    return make_person(Role.AUDITOR, *projects, **fields)


def signed_in(person: User) -> Client:
    """A browser in which `person` has just signed in, also as far as sensitive actions ask."""
    client = Client()
    client.force_login(person)
    request = HttpRequest()
    request.session = session = client.session
    record_authentication(request, person, method="password", username=person.username)
    session[BEGAN] = session[ACTIVE] = timezone.now().isoformat()
    session.save()
    return client


def make_account(*, secret_key: str = ACCOUNT_SECRET_KEY, **fields: Any) -> CloudAccount:
    number = next(_numbers)
    named = {"name": f"Account {number}", "secret_id": f"AKIDexample{number:06}", "endpoint": NOWHERE}
    account = CloudAccount(**named | fields)
    vault.seal(account, "secret_key", secret_key)
    account.save(force_insert=True)
    return account


def make_project(**fields: Any) -> Project:
    number = next(_numbers)
    named = {"name": f"Project {number}", "project_id": f"m82k5408n{number:06}"}
    if "account" not in fields:
        fields["account"] = make_account()
    return Project.objects.create(**named | fields)


def make_device(project: Project | None = None, **fields: Any) -> Device:
    named = {"device_id": f"truck_{next(_numbers):04}", "status": Device.Status.READY}
    return Device.objects.create(**named | {"project": project or make_project()} | fields)


def label(device: Device, *names: str, kind: str = Label.Kind.OTHER) -> None:
    """Give a device more labels of one kind."""
    rows = [Label.objects.get_or_create(project=device.project, kind=kind, name=name)[0] for name in names]
    device.labels.add(*rows)


def make_storage(*projects: Project, keyed: bool = True, **fields: Any) -> StorageCredential:
    """A COS bucket that `projects` may use, with a current key unless `keyed` is False."""
    number = next(_numbers)
    named = {
        "name": f"Storage {number}",
        "region": "ap-guangzhou",
        "bucket": f"recording-{1304000000 + number}",
    }
    storage = StorageCredential.objects.create(**named | fields)
    storage.projects.set(projects)
    if keyed:
        make_storage_key(storage)
    return storage


def make_storage_key(storage: StorageCredential, **fields: Any) -> StorageKey:
    key = StorageKey(**{"storage": storage, "created_by": "somebody"} | fields)
    vault.seal(key, "access_key", STORAGE_ACCESS_KEY)
    vault.seal(key, "secret_key", STORAGE_SECRET_KEY)
    key.save(force_insert=True)
    return key


def make_profile(storage: StorageCredential | None = None, **fields: Any) -> RecordingProfile:
    named = {"name": f"Profile {next(_numbers)}", "storage": storage or make_storage()}
    return RecordingProfile.objects.create(**named | fields)

"""manage.py sample: put the sandbox's fleet and one sign-in for each role into a development database."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from recordings import vault
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.models import (
    CloudAccount,
    Device,
    Membership,
    Project,
    RecordingProfile,
    Role,
    StorageCredential,
    StorageKey,
    User,
)
from recordings.models.profiles import OutputFormat
from recordings.sandbox import fleet

SIGN_INS = (
    ("operator", "林 晓 Lin Xiao", Role.OPERATOR),
    ("admin", "Ana Petrova", Role.CREDENTIAL_ADMIN),
    ("auditor", "王 海 Wang Hai", Role.AUDITOR),
)


class Command(BaseCommand):
    help = "Fill an empty development database with the sandbox's account, fleet and storage, and a user for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT or not settings.SANDBOX_ENDPOINT:
            raise CommandError("The sample fleet belongs to the sandbox: set MODE=development and SANDBOX_ENDPOINT.")
        if CloudAccount.objects.exists():
            CloudAccount.objects.filter(secret_id=fleet.ACCOUNT.secret_id).update(endpoint=settings.SANDBOX_ENDPOINT)
            return
        with transaction.atomic():
            account = self._account()
            projects = self._projects(account)
            self._storage_and_profiles(projects)
            self._people()
            record_audit(actor=SYSTEM, action="sample.created", target=account)

    def _account(self) -> CloudAccount:
        account = CloudAccount(
            name="Sandbox 沙箱", endpoint=settings.SANDBOX_ENDPOINT, secret_id=fleet.ACCOUNT.secret_id
        )
        vault.seal(account, "secret_key", fleet.ACCOUNT.secret_key)
        account.save(force_insert=True)
        return account

    def _projects(self, account: CloudAccount) -> list[Project]:
        projects = {
            sample.project_id: Project.objects.create(
                account=account, project_id=sample.project_id, name=sample.name, description=sample.description
            )
            for sample in fleet.FLEET.projects
        }
        Device.objects.bulk_create(
            Device(
                project=projects[sample.project_id],
                device_id=sample.device_id,
                name=sample.name,
                type=sample.device_type,
                status=sample.status,
            )
            for sample in fleet.FLEET.devices
        )
        return list(projects.values())

    def _storage_and_profiles(self, projects: list[Project]) -> None:
        sample = fleet.STORAGE
        storage = StorageCredential.objects.create(
            name="Guangzhou archive 广州归档", vendor=sample.vendor, region=sample.region, bucket=sample.bucket
        )
        storage.projects.set(projects)
        key = StorageKey(storage=storage, created_by=SYSTEM)
        vault.seal(key, "access_key", sample.access_key)
        vault.seal(key, "secret_key", sample.secret_key)
        key.save(force_insert=True)
        mp4 = RecordingProfile.objects.create(
            name="Shift recording 班次录制", storage=storage, max_media_file_duration=60, file_name_prefix="shift"
        )
        RecordingProfile.objects.create(
            name="Incident, HLS 事故取证", storage=storage, output_format=OutputFormat.HLS, max_idle_time=300,
            max_media_file_duration=None, file_name_prefix="incident",
        )  # fmt: skip
        Project.objects.filter(pk__in=[project.pk for project in projects]).update(default_profile=mp4)

    def _people(self) -> None:
        """One user for each role, with a password kept in var/ (mode 0600) so that `make run` can print it."""
        passwords = settings.VAR_DIR / "sign-ins.txt"
        lines = []
        for username, name, role in SIGN_INS:
            password = secrets.token_urlsafe(12)
            user = User.objects.create_user(username, first_name=name, password=password)
            Membership.objects.create(user=user, role=role)
            lines.append(f"{username:<10} {password}   ({role.label})\n")
        passwords.touch(mode=0o600)
        passwords.write_text("".join(lines))

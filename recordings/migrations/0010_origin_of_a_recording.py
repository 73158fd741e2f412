"""How each recording became known: the origin takes the place of `adopted`, and claims and matches are decisions."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def find_origins(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was adopted was claimed, matched, or is a second task of one start: the audit trail says which."""
    recordings = apps.get_model("recordings", "Recording").objects
    for recording in recordings.filter(adopted=True):
        told = apps.get_model("recordings", "AuditEntry").objects.filter(target_type="Recording")
        own = told.filter(target_id=str(recording.pk))
        entry = own.filter(action__in=["recording.adopted", "recording.task_id_adopted"]).order_by("sequence").last()
        if entry:
            _decide(apps, recording, entry)
        else:
            _find_other(apps, recording, told)
        recording.save()
    if schema_editor.connection.vendor == "postgresql":  # it changes no table whose rows have checks that still wait
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _decide(apps, recording, entry) -> None:  # type: ignore[no-untyped-def]
    was_claimed = entry.action == "recording.adopted"
    user = apps.get_model("recordings", "User").objects.filter(username=entry.actor).first() or recording.requested_by
    recording.origin, recording.claimed_by = ("claimed" if was_claimed else "matched"), user
    if was_claimed:
        recording.requested_by = None
    apps.get_model("recordings", "Decision").objects.create(
        recording=recording,
        verdict=recording.origin,
        reason=entry.reason[:500],
        decided_by=user,
        decided_at=entry.at,
        knew_task_id=True,
    )


def _find_other(apps, recording, told) -> None:  # type: ignore[no-untyped-def]
    entries = told.filter(action="recording.doubled").exclude(target_id=str(recording.pk))
    entry = next((each for each in entries if each.after.get("other") == recording.task_id), None)
    other = entry and apps.get_model("recordings", "Recording").objects.filter(pk=entry.target_id).first()
    if other is None:
        return  # nothing says how it became known: it stays a requested one
    answers = apps.get_model("recordings", "ApiCall").objects.filter(recording=other, task_id=recording.task_id)
    recording.origin = "late_response" if answers.exists() else "in_bucket"
    recording.duplicate_of, recording.requested_by = other, None


class Migration(migrations.Migration):
    dependencies = [("recordings", "0009_work_after_the_end")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decision_verdict"),
        migrations.AddField(
            model_name="recording",
            name="origin",
            field=models.CharField(
                choices=[
                    ("requested", "Requested here"),
                    ("matched", "Requested here, TaskId matched by a user"),
                    ("claimed", "Claimed from unclaimed tasks"),
                    ("in_bucket", "Second task of one start, found in the bucket"),
                    ("late_response", "Second task of one start, named by a late response"),
                ],
                default="requested",
                max_length=13,
            ),
        ),
        migrations.AddField(
            model_name="recording",
            name="claimed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recording",
            name="duplicate_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duplicates",
                to="recordings.recording",
            ),
        ),
        migrations.AlterField(
            model_name="recording",
            name="requested_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="recording",
            name="attention",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown", "It may be running: its answer was lost"),
                    ("cannot_list", "It may be running, and its storage key may not look into the bucket"),
                    ("doubled", "This stream may be recorded twice"),
                    ("not_recording", "The recorder has not reported"),
                    ("failed", "The recorder could not begin"),
                    ("silent", "Its device is offline, or its files stopped coming: it has probably ended"),
                    ("stop_refused", "The stop was refused or its answer lost: look whether it still runs"),
                    ("not_stopping", "Stopped, but the recorder has not left"),
                    ("upload_late", "Files are missing an hour after the end"),
                    ("runs_on", "Closed here, but it goes on recording"),
                    ("not_sent", "It should have been sent by now, and was not"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("cancelled", "Cancelled"),
                    ("not_started", "Not started"),
                    ("closed", "Closed"),
                    ("dismissed", "Handled"),
                    ("claimed", "Claimed from unclaimed tasks"),
                    ("matched", "TaskId matched"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=Q(
                    verdict__in=["cancelled", "not_started", "closed", "dismissed", "claimed", "matched"],
                ),
                name="decision_verdict",
            ),
        ),
        migrations.RunPython(find_origins, migrations.RunPython.noop),
        migrations.RemoveField(model_name="recording", name="adopted"),
        migrations.AddConstraint(
            model_name="recording",
            constraint=models.CheckConstraint(
                condition=Q(origin="requested", requested_by__isnull=False, claimed_by=None, duplicate_of=None)
                | Q(origin="matched", requested_by__isnull=False, claimed_by__isnull=False, duplicate_of=None)
                | Q(origin="claimed", requested_by=None, claimed_by__isnull=False, duplicate_of=None)
                | Q(origin__in=["in_bucket", "late_response"], requested_by=None, duplicate_of__isnull=False),
                name="recording_origin",
            ),
        ),
    ]

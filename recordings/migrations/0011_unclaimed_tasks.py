"""Unclaimed tasks get a row each, so that they can be counted and dismissed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LEFT = 302


def collect(apps, schema_editor):
    """A row for each TaskId that callbacks report and no recording has."""
    Event, Recording = apps.get_model("recordings", "CallbackEvent"), apps.get_model("recordings", "Recording")
    Task = apps.get_model("recordings", "UnclaimedTask")
    known = Recording.objects.filter(project=models.OuterRef("project"), task_id=models.OuterRef("task_id"))
    events = Event.objects.filter(recording=None, interpreted_at__isnull=False).exclude(task_id="")
    groups = (
        events.exclude(models.Exists(known))
        .order_by()
        .values("project", "task_id")
        .annotate(
            first=models.Min("pk"),
            since=models.Min("received_at"),
            last=models.Max("received_at"),
            left=models.Count("pk", filter=models.Q(event_type=LEFT)),
        )
    )
    Task.objects.bulk_create(
        (
            Task(
                project_id=group["project"],
                task_id=group["task_id"],
                first_event=group["first"],
                first_heard_at=group["since"],
                last_heard_at=group["last"],
                has_left=bool(group["left"]),
            )
            for group in groups.iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("recordings", "0010_origin_of_a_recording"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnclaimedTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task_id", models.CharField(max_length=512)),
                ("first_event", models.BigIntegerField()),
                ("first_heard_at", models.DateTimeField()),
                ("last_heard_at", models.DateTimeField()),
                ("has_left", models.BooleanField(default=False)),
                ("stop_accepted_at", models.DateTimeField(null=True)),
                ("not_found_at", models.DateTimeField(null=True)),
                ("is_dismissed", models.BooleanField(default=False)),
                ("dismissed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unclaimed_tasks",
                        to="recordings.project",
                    ),
                ),
            ],
            options={
                "ordering": ["has_left", "-last_heard_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_dismissed", False)),
                        fields=["project", "has_left", "-last_heard_at"],
                        name="unclaimed_to_handle",
                    ),
                    models.Index(
                        condition=models.Q(("is_dismissed", True)),
                        fields=["project", "-dismissed_at"],
                        name="unclaimed_dismissed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "task_id"), name="unclaimed_once_a_project")
                ],
            },
        ),
        migrations.RunPython(collect, migrations.RunPython.noop, elidable=True),
    ]

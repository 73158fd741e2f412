"""Labels as rows, the changes of devices' statuses, the names at Tencent Cloud, and what is gone there."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

AT_ONCE = 1000


def move_labels(apps, schema_editor):
    """The words that devices had become labels of no known kind."""
    Device, Label = apps.get_model("recordings", "Device"), apps.get_model("recordings", "Label")
    link = Device.labels.through
    labels, links = {}, []
    for device in Device.objects.exclude(words=[]).only("pk", "project_id", "words").iterator():
        for name in dict.fromkeys(str(word)[:40] for word in device.words):
            key = (device.project_id, name)
            if key not in labels:
                labels[key] = Label.objects.create(project_id=device.project_id, kind="other", name=name)
            links.append(link(device_id=device.pk, label_id=labels[key].pk))
    link.objects.bulk_create(links, batch_size=AT_ONCE)


def move_labels_back(apps, schema_editor):
    Device = apps.get_model("recordings", "Device")
    for device in Device.objects.filter(labels__isnull=False).distinct():
        device.words = list(device.labels.values_list("name", flat=True))
        device.save(update_fields=["words"])


def note_statuses(apps, schema_editor):
    """Each device's status of today, since it went offline or since now."""
    Device, Change = apps.get_model("recordings", "Device"), apps.get_model("recordings", "DeviceStatusChange")
    now = timezone.now()
    rows = Device.objects.values_list("pk", "status", "offline_since").iterator()
    Change.objects.bulk_create(
        (
            Change(device_id=pk, status=status, at=since if status == "offline" and since else now)
            for pk, status, since in rows
        ),
        batch_size=AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("recordings", "0022_saved_views")]

    operations = [
        migrations.RenameField("device", "labels", "words"),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("site", "Site"), ("shift", "Shift"), ("type", "Machine type"), ("other", "Other label")], max_length=10, verbose_name="kind")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="recordings.project")),
            ],
            options={"ordering": ["kind", "name"]},
        ),
        migrations.AddConstraint(
            "label", models.UniqueConstraint(fields=["project", "kind", "name"], name="label_once_a_project")
        ),
        migrations.AddConstraint(
            "label",
            models.CheckConstraint(
                condition=models.Q(kind__in=["site", "shift", "type", "other"]), name="label_kind"
            ),
        ),
        migrations.CreateModel(
            name="DeviceStatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("device", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="status_changes", to="recordings.device")),
            ],
        ),
        migrations.AddIndex(
            "devicestatuschange", models.Index(fields=["device", "-at"], name="status_change_by_device")
        ),
        migrations.AddConstraint(
            "devicestatuschange",
            models.CheckConstraint(
                condition=models.Q(status__in=["offline", "ready", "connected"]), name="status_change_status"
            ),
        ),
        migrations.AddField("device", "labels", models.ManyToManyField(blank=True, related_name="devices", to="recordings.label", verbose_name="labels")),
        migrations.AddField("device", "vendor_name", models.CharField(blank=True, default="", editable=False, max_length=100), preserve_default=False),
        migrations.AddField("device", "gone_since", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("project", "vendor_name", models.CharField(blank=True, default="", editable=False, max_length=100), preserve_default=False),
        migrations.AddField("project", "gone_since", models.DateTimeField(editable=False, null=True)),
        migrations.RunPython(move_labels, move_labels_back),
        migrations.RunPython(note_statuses, migrations.RunPython.noop),
    ]

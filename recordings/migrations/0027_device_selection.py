"""Selections of devices, frozen on the server."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0026_batches")]

    operations = [
        migrations.CreateModel(
            name="DeviceSelection",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("keys", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"indexes": [models.Index(fields=["created_at"], name="selection_by_age")]},
        ),
    ]

"""The words of devices are rows now. By itself: PostgreSQL changes no table with pending events of its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recordings", "0023_labels_and_status_changes")]

    operations = [
        migrations.RemoveField("device", "words"),
    ]

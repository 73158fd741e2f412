from django.db import migrations
from django.db.models.functions import Now


def look_at_what_runs(apps, schema_editor):
    """Recordings that were started before buckets were looked into are looked for from now on."""
    recordings = apps.get_model("recordings", "Recording").objects
    live = ["unknown", "accepted", "recording", "stopping"]
    recordings.filter(state__in=live, look_at=None).update(look_at=Now())


class Migration(migrations.Migration):
    dependencies = [("recordings", "0004_decisions_of_the_program")]

    operations = [migrations.RunPython(look_at_what_runs, migrations.RunPython.noop)]

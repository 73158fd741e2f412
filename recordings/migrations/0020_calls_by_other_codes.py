"""Calls by their error code, without those whose recording has it too: that part grows with every refusal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0019_hourly_count")]

    operations = [
        migrations.RemoveIndex(model_name="apicall", name="api_call_by_code"),
        migrations.AddIndex(
            model_name="apicall",
            index=models.Index(
                fields=["code"],
                condition=~models.Q(code="")
                & ~models.Q(action="CreateCloudRecording", outcome="refused", repeatable=False, late=False),
                name="api_call_by_code",
            ),
        ),
    ]

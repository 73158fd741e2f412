"""Calls by their error code, for the search of the history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0015_attention_labels")]

    operations = [
        migrations.AddIndex(
            model_name="apicall",
            index=models.Index(fields=["code"], condition=~models.Q(code=""), name="api_call_by_code"),
        ),
    ]

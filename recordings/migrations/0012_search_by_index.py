"""Half an id and the beginning of a name are found through an index on either database; so are the trail's filters."""

from django.db import migrations, models
from django.db.models import Q

PATTERN = ["varchar_pattern_ops"]


def by_beginning(model: str, field: str, name: str) -> list[migrations.operations.base.Operation]:
    """The index of an id that most rows have, made again so that PostgreSQL finds a beginning by it."""
    index = models.Index(fields=[field], condition=~Q(**{field: ""}), opclasses=PATTERN, name=name)
    return [migrations.RemoveIndex(model, name), migrations.AddIndex(model, index)]


class Migration(migrations.Migration):
    dependencies = [("recordings", "0011_unclaimed_tasks")]

    operations = [
        *by_beginning("recording", "task_id", "recording_by_task_id"),
        *by_beginning("recording", "request_id", "recording_by_request_id"),
        *by_beginning("apicall", "task_id", "api_call_by_task_id"),
        *by_beginning("apicall", "request_id", "api_call_by_request_id"),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["target"], opclasses=PATTERN, name="audit_by_target_text")
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["action", "-sequence"], name="audit_by_action")),
        migrations.AddIndex("auditentry", models.Index(fields=["project_id", "-sequence"], name="audit_by_project")),
        migrations.AddIndex("auditentry", models.Index(fields=["address", "-sequence"], name="audit_by_address")),
    ]

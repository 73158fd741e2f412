"""Columns take the names of the vocabulary: a user makes a choice, and a callback reports."""

from django.db import migrations, models

CHOICES = ["cancelled", "not_started", "closed", "dismissed", "claimed", "matched"]


class Migration(migrations.Migration):
    dependencies = [("recordings", "0020_calls_by_other_codes")]

    operations = [
        migrations.RemoveConstraint("decision", "decision_verdict"),
        migrations.RenameField("decision", "verdict", "choice"),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(condition=models.Q(choice__in=CHOICES), name="decision_choice"),
        ),
        migrations.RenameField("recording", "end_heard_at", "end_reported_at"),
        migrations.RemoveIndex("unclaimedtask", "unclaimed_to_handle"),
        migrations.RenameField("unclaimedtask", "first_heard_at", "first_reported_at"),
        migrations.RenameField("unclaimedtask", "last_heard_at", "last_reported_at"),
        migrations.AlterModelOptions("unclaimedtask", {"ordering": ["has_left", "-last_reported_at", "-id"]}),
        migrations.AddIndex(
            "unclaimedtask",
            models.Index(
                fields=["project", "has_left", "-last_reported_at"],
                condition=models.Q(is_dismissed=False),
                name="unclaimed_to_handle",
            ),
        ),
        migrations.RenameIndex("callbackevent", new_name="callback_unclaimed", old_name="callback_of_nobody"),
    ]

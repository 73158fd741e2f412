"""Columns take the names of the vocabulary: the bucket is scanned, and two recordings of one stream are duplicates."""

from django.db import migrations, models

LIVE = ["accepted", "queued", "recording", "sending", "stopping", "unknown"]


class Migration(migrations.Migration):
    dependencies = [("recordings", "0016_calls_by_code")]

    operations = [
        migrations.RemoveConstraint("recording", "one_live_recording_a_stream"),
        migrations.RemoveIndex("recording", "recording_to_look_at"),
        migrations.RenameField("recording", "look_at", "next_scan_at"),
        migrations.RenameField("recording", "looks", "scan_count"),
        migrations.RenameField("recording", "listed_at", "scanned_at"),
        migrations.RenameField("recording", "doubled", "is_duplicate"),
        migrations.RenameField("recording", "doubled_at", "duplicate_since"),
        migrations.AddConstraint(
            "recording",
            models.UniqueConstraint(
                fields=["device", "video_stream_id"],
                condition=models.Q(state__in=LIVE, is_duplicate=False),
                name="one_live_recording_a_stream",
            ),
        ),
        migrations.AddIndex(
            "recording",
            models.Index(
                fields=["next_scan_at"],
                condition=models.Q(next_scan_at__isnull=False),
                name="recording_to_scan",
            ),
        ),
    ]

"""A credential admin is one for all projects. Whoever was one for some loses the role: `grant` gives it for all."""

from django.db import migrations, models
from django.db.models import Q


def end_limited_roles(apps, schema_editor):
    limited = apps.get_model("recordings", "Membership").objects.filter(role="credential_admin", project__isnull=False)
    for membership in limited.select_related("user"):
        print(f" {membership.user.username} is no credential admin of a single project any more: see manage.py grant.")
    limited.delete()


class Migration(migrations.Migration):
    dependencies = [("recordings", "0002_life_of_a_recording")]

    operations = [
        migrations.RunPython(end_limited_roles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=~Q(role="credential_admin") | Q(project__isnull=True), name="membership_admin_of_all"
            ),
        ),
    ]

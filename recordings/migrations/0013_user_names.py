"""One user name in all its spellings is one user; and no passkey is kept that no ceremony made.

Of users whose names differ in spelling only, neither could sign in. The one who was active last keeps the name; the
others get a number behind it, which is printed, so that an administrator can tell them.
"""

import unicodedata
from typing import Any

from django.db import migrations, models
from django.utils import timezone

import recordings.models.people

LONGEST = 150


def fill_keys(apps: Any, schema_editor: Any) -> None:
    User = apps.get_model("recordings", "User")
    long_ago = timezone.now().replace(year=1970)

    def newest_first(user: Any) -> tuple[bool, float, int]:
        seen = user.last_seen_at or user.last_login or long_ago
        return not user.is_active, -seen.timestamp(), user.pk

    taken: set[str] = set()
    for user in sorted(User.objects.all(), key=newest_first):
        before = user.username
        user.username = _free_name(_normal(before)[:LONGEST], taken)
        user.username_key = _key(user.username)
        taken.add(user.username_key)
        user.save(update_fields=["username", "username_key"])
        if user.username != before:
            print(f"  User {user.pk}, {before!r}, signs in as {user.username!r} from now on. Tell them.")


def drop_unverified_passkeys(apps: Any, schema_editor: Any) -> None:
    Authenticator = apps.get_model("mfa", "Authenticator")
    for factor in Authenticator.objects.filter(type="webauthn"):
        credential = factor.data.get("credential") if isinstance(factor.data, dict) else None
        if not (isinstance(credential, dict) and credential.get("response")):
            print(f"  A passkey of user {factor.user_id} was stored without a ceremony. It is removed.")
            factor.delete()


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while _key(free) in taken:
        free = f"{name[: LONGEST - 8]}-{number}"
        number += 1
    return free


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()).strip()


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _normal(text).casefold())
    return unicodedata.normalize("NFKC", folded.casefold())


class Migration(migrations.Migration):
    dependencies = [
        ("recordings", "0012_search_by_index"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="user",
            managers=[("objects", recordings.models.people.PeopleManager())],
        ),
        migrations.AddField(
            model_name="user",
            name="username_key",
            field=models.CharField(blank=True, editable=False, max_length=450, null=True),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(drop_unverified_passkeys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="user",
            name="username_key",
            field=models.CharField(blank=True, editable=False, max_length=450, unique=True),
        ),
    ]

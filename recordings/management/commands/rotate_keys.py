"""manage.py rotate_keys: re-encrypt every secret under the first of ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.key_rotation import left_to_rotate, rotate_all


class Command(BaseCommand):
    help = (
        "Re-encrypt every secret under the first key of TRROADMIN_ENCRYPTION_KEYS. Works while the server runs, "
        "can be stopped and started again, and says what is left under older keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rotation = rotate_all(lambda done, left: self.stdout.write(f"{done} secrets re-encrypted, {left} to go"))
        self.stdout.write(f"{rotation.done} secrets re-encrypted, {left_to_rotate()} left under older keys.")
        if rotation.broken:
            raise CommandError("\n".join(["These cannot be decrypted:", *rotation.broken]))

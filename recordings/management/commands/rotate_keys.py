"""manage.py rotate_keys: seal every secret anew under the first of ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.key_rotation import left_to_rotate, rotate_all


class Command(BaseCommand):
    help = (
        "Seal every secret anew under the first key of TRROADMIN_ENCRYPTION_KEYS. Works while the server runs, "
        "can be stopped and started again, and says what is left under older keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rotation = rotate_all(lambda done, left: self.stdout.write(f"{done} rows sealed anew, {left} to go"))
        self.stdout.write(f"{rotation.done} rows sealed anew, {left_to_rotate()} left under older keys.")
        if rotation.broken:
            raise CommandError("\n".join(["These do not open:", *rotation.broken]))

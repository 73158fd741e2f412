"""manage.py rotate_keys: seal every secret anew under the first of ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from recordings import vault
from recordings.audit.usecases import SYSTEM, enter


class Command(BaseCommand):
    help = (
        "Seal every secret anew under the first key of TRROADMIN_ENCRYPTION_KEYS. Works while the server runs, "
        "can be stopped and started again, and says what is left under older keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        broken: list[str] = []
        for model in vault.sealed_models():
            for row in vault.stale_rows(model):
                try:
                    done += vault.rotate(row)
                except vault.CannotOpen as error:
                    broken.append(str(error))
        left = sum(1 for model in vault.sealed_models() for _ in vault.stale_rows(model))
        with transaction.atomic():
            enter(
                actor=SYSTEM,
                action="encryption_keys.rotated",
                target_type="Vault",
                target_id="",
                target="encryption keys",
                after={"rows": done, "left": left},
            )
        self.stdout.write(f"{done} rows sealed anew, {left} left under older keys.")
        if broken:
            raise CommandError("\n".join(["These do not open:", *broken]))

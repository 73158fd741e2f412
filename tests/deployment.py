"""`manage.py check --deploy` under production settings, with keys made for this one run: part of `make check`."""

import os
import subprocess
import sys
from pathlib import Path

from trroadmin.environment import new_key

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "trroadmin.settings",
    "TRROADMIN_MODE": "production",
    "TRROADMIN_SECRET_KEY": new_key() + new_key(),
    "TRROADMIN_ENCRYPTION_KEYS": f"check:{new_key()}",
    "TRROADMIN_AUDIT_KEY": new_key(),
    "TRROADMIN_PUBLIC_URL": "https://trro.example.com",
    "TRROADMIN_TRUSTED_PROXIES": "127.0.0.1",
}


def deployment_check() -> int:
    """The exit status of the check; a warning fails it too."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("TRROADMIN_", "DJANGO_"))}
    for command in (["collectstatic", "--noinput", "-v0"], ["check", "--deploy", "--fail-level", "WARNING"]):
        ended = subprocess.run([sys.executable, "manage.py", *command], env=others | PRODUCTION, cwd=ROOT, check=False)
        if ended.returncode != 0:
            break
    return ended.returncode


if __name__ == "__main__":
    sys.exit(deployment_check())

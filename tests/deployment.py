"""`manage.py check --deploy` under production settings, with keys made for this one run: part of `make check`."""

import os
import subprocess
import sys
from pathlib import Path

from trroadmin.environment import new_key

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "trroadmin.settings",
    "TRROADMIN_MODE": "production",
    "TRROADMIN_SECRET_KEY": new_key() + new_key(),
    "TRROADMIN_ENCRYPTION_KEYS": f"check:{new_key()}",
    "TRROADMIN_AUDIT_KEY": new_key(),
    "TRROADMIN_PUBLIC_URL": "https://trro.example.com",
}


def deployment_check() -> int:
    """The exit status of the check; a warning fails it too."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("TRROADMIN_", "DJANGO_"))}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=others | PRODUCTION, cwd=Path(__file__).parent.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(deployment_check())

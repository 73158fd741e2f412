"""Keeps the Chinese texts complete: part of `make check`, and with --update what `make messages` runs.

The check gathers every text again, then names what has no Chinese yet or only a guess (fuzzy), and whether the
compiled file in the repository is that of the texts beside it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "recordings/locale/zh_Hans/LC_MESSAGES/django.po"
COMPILED = TEXTS.with_suffix(".mo")


def gather() -> None:
    """Bring every text of code and templates into the .po file; raises CalledProcessError."""
    command = [
        sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-obsolete", "--no-wrap",
        "--add-location", "file", "--ignore", "tests/*", "--ignore", ".venv/*", "--ignore", "var/*",
        "--ignore", "staticfiles/*", "--verbosity", "0",
    ]  # fmt: skip
    TEXTS.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, env=os.environ | {"TRROADMIN_MODE": "development"}, cwd=ROOT, check=True)


def wanting() -> list[str]:
    """The texts without a certain Chinese translation."""
    found: list[str] = []
    for kind in ("--untranslated", "--only-fuzzy"):
        listed = subprocess.run(
            ["msgattrib", kind, "--no-obsolete", "--no-wrap", str(TEXTS)], capture_output=True, text=True, check=True
        ).stdout
        found += [line for line in listed.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
    return found


def compiled() -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".mo") as file:
        subprocess.run(["msgfmt", "--check-format", "-o", file.name, str(TEXTS)], check=True)
        return Path(file.name).read_bytes()


def check() -> int:
    before = TEXTS.read_bytes()
    try:
        gather()
        missing = wanting()
    finally:
        TEXTS.write_bytes(before)
    for text in missing:
        print(f"no Chinese: {text}")
    if stale := compiled() != COMPILED.read_bytes():
        print("The compiled texts are not those of django.po: run make messages.")
    return 1 if missing or stale else 0


def update() -> int:
    gather()
    COMPILED.write_bytes(compiled())
    for text in wanting():
        print(f"no Chinese: {text}")
    return 0


if __name__ == "__main__":
    if shutil.which("msgfmt") is None:
        print("SKIPPED: gettext is not installed, so the Chinese texts were not checked.")
        sys.exit(1 if os.environ.get("CI") else 0)
    sys.exit(update() if "--update" in sys.argv else check())

"""The project's settings for its tests: development, keys of their own, nothing shared with a running server."""

import os
import tempfile

os.environ.setdefault("TRROADMIN_MODE", "development")
os.environ.setdefault("TRROADMIN_VAR_DIR", tempfile.mkdtemp(prefix="trroadmin-tests-"))
os.environ.setdefault("TRROADMIN_CALL_DEADLINE", "2")
# No bucket of a test is ever asked for at its real address: no server listens at this one
os.environ.setdefault("TRROADMIN_SANDBOX_STORAGE", "http://127.0.0.1:9")
os.environ.setdefault("TRROADMIN_QUEUE_URL", "memory://")

from trroadmin.settings import *  # noqa: F403
from trroadmin.settings import DATABASES, VAR_DIR

# Argon2 takes 50 ms a user; tests make hundreds. One test signs in with the real hasher.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and processes of a test must meet in it as they do in production
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # A power failure may take a test's data with it: nothing waits for the disk
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"
else:
    DATABASES["default"]["ENGINE"] = "tests.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 0
LANGUAGE_CODE = "en"

"""Password sign-in: which user a name belongs to, and how many passwords this process hashes at once."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from recordings.identity.allauth_internals import PasswordBackend
from recordings.identity.user_names import user_named
from recordings.models import User

MAX_HASHES = 2
"""Argon2 uses 100 MB for each hash on purpose. Further sign-ins wait: one takes less than a tenth of a second."""
_hashes = BoundedSemaphore(MAX_HASHES)


class NameBackend(PasswordBackend):
    """Finds the user by the stored `username_key`, not by the database's comparison of letters."""

    def find_user(self, username: str) -> User | None:
        return user_named(username)


class BoundedArgon2(Argon2PasswordHasher):
    """Django's Argon2 with a bound on memory: at most MAX_HASHES at once in a process, the others wait."""

    def encode(self, password: str, salt: str) -> str:
        with _hashes:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _hashes:
            return super().verify(password, encoded)

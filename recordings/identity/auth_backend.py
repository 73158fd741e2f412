"""Whose password it is, and how many passwords this process hashes at once."""

from threading import BoundedSemaphore

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import Argon2PasswordHasher

from recordings.identity.user_names import user_named
from recordings.models import User

MAX_HASHES = 2
"""Argon2 takes 100 MB for each hash on purpose. Further sign-ins wait: one takes less than a tenth of a second."""
_hashes = BoundedSemaphore(MAX_HASHES)


class NameBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which looks names up as the database compares letters; ours by the key that the database keeps."""

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        found: User | None = self._check_password(user_named(username), password)
        return found


class BoundedArgon2(Argon2PasswordHasher):
    """Django's Argon2 with a bound on memory: at most MAX_HASHES at once in a process, the others wait."""

    def encode(self, password: str, salt: str) -> str:
        with _hashes:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _hashes:
            return super().verify(password, encoded)

"""Secrets with a mark in them, and the search for that mark in whatever form it may have got out."""

import base64
import secrets
import string
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection

AWKWARD = "\"<&>'/\\+%"
"""Characters that pages, addresses and JSON write in another way; the mark beside them is the same in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A secret named by what it is; `marks` are the bytes that nothing else holds."""

    name: str
    text: str
    marks: tuple[bytes, ...]

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Every form it is looked for in; the raw mark is also that of URLs, HTML and JSON."""
        for mark in self.marks:
            yield "raw", mark
            yield "hex", mark.hex().encode()
            yield "HEX", mark.hex().upper().encode()
            yield "UTF-16", mark.decode("latin-1").encode("utf-16-le")
            for shift in range(3):
                # What stands before it in a longer text decides where its base64 begins, so the rims are left out
                encoded = base64.b64encode(b"\0" * shift + mark + b"\0" * 3)
                inner = encoded[4 if shift else 0 : (len(mark) + shift) // 3 * 4]
                yield "base64", inner
                yield "base64 of URLs", inner.replace(b"+", b"-").replace(b"/", b"_")


def text_canary(name: str) -> Canary:
    """A secret of printable characters, as a person types it."""
    mark = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(28))
    return Canary(name=name, text=f"a{AWKWARD}{mark}{AWKWARD}z", marks=(mark.encode(),))


def key_canary(name: str) -> Canary:
    """32 random bytes in base64: looked for as bytes and as text, which no escaping changes."""
    encoded = b"+"
    while not encoded.rstrip(b"=").isalnum():
        key = secrets.token_bytes(32)
        encoded = base64.b64encode(key)
    return Canary(name=name, text=encoded.decode(), marks=(key, encoded.rstrip(b"=")))


def totp_canary(name: str) -> Canary:
    """The secret of an authenticator app: base32, looked for as bytes too."""
    key = secrets.token_bytes(20)
    text = base64.b32encode(key).decode()
    return Canary(name=name, text=text, marks=(text.encode(), key))


def seed_canary(name: str) -> Canary:
    """The seed that recovery codes are made of."""
    text = secrets.token_hex(40)
    return Canary(name=name, text=text, marks=(text.encode(),))


class Canaries:
    """One of each kind of secret there is."""

    def __init__(self) -> None:
        self.account = text_canary("the account's SecretKey")
        self.access = text_canary("the storage's AccessKey")
        self.storage = text_canary("the storage's SecretKey")
        self.typed = text_canary("a key typed into a form that is refused")
        self.signing = text_canary("SECRET_KEY")
        self.proxy = text_canary("the proxy's password")
        self.database = text_canary("the database's password")
        self.old = key_canary("the encryption key")
        self.new = key_canary("the next encryption key")
        self.audit = key_canary("AUDIT_KEY")
        self.totp = totp_canary("an authenticator app's secret")
        self.seed = seed_canary("the seed of recovery codes")
        self.sso = text_canary("single sign-on's client secret")
        self.chosen = text_canary("a password chosen by a link")

    def all(self) -> list[Canary]:
        return [value for value in vars(self).values() if isinstance(value, Canary)]


def escaped(canaries: Iterable[Canary], sinks: Mapping[str, bytes]) -> list[str]:
    """Every canary that is in a sink, and in which form. Empty: nothing got out."""
    return [
        f"{canary.name} is in {sink} ({form})"
        for canary in canaries
        for form, mark in canary.forms()
        for sink, content in sinks.items()
        if mark in content
    ]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def database_content() -> dict[str, bytes]:
    """The database file with its log; on PostgreSQL every row of every table.

    Another process reads the file: closing it here would drop the locks that SQLite holds for this process, and the
    next process to close the database would delete the log under this one. Source: SQLite, "How To Corrupt An SQLite
    Database File", POSIX advisory locks.
    """
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return {
            file.name: subprocess.run(["cat", str(file)], stdout=subprocess.PIPE, check=True).stdout
            for file in path.parent.glob(f"{path.name}*")
        }
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            rows = [value for row in cursor.fetchall() for value in row]
            found[model._meta.db_table] = b"\n".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in rows
            )
    return found

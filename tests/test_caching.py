"""The shared cache: nothing that another can write there runs here, and what happens when it is gone or full."""

import base64
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.checks import run_checks
from django.core.signing import Signer
from django.db import connection
from pytest_django.fixtures import Settings

from recordings.caching.soft import answers, with_cache
from recordings.caching.values import CacheUnavailable
from trroadmin.caches import safe_cache

from .redis_server import RedisServer, running_redis

pytestmark = pytest.mark.django_db


class Attack:
    """Pickled, it is a call that makes a folder: unpickling runs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (str(self._folder),)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator["Store"]:
    """Each cache there may be, emptied, with a way to write into it past this server."""
    if request.param == "redis":
        server = request.getfixturevalue("redis")
        settings.CACHES = {"default": redis_cache(server)}
        yield Store(server)
    else:
        cache.clear()
        yield Store(None)


def redis_cache(server: RedisServer) -> dict[str, Any]:
    return safe_cache({"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": server.url})


class Store:
    """What a person can do who reaches the cache's store and not this server's keys."""

    def __init__(self, server: RedisServer | None) -> None:
        self._server = server

    def overwrite(self, key: str, value: bytes, *, text: str = "") -> None:
        """Put these bytes in place of the value: in base64 where the store holds text, unless `text` is given."""
        name = cache.make_key(key)
        if self._server:
            assert self._server.client.exists(name)
            self._server.client.set(name, text or value)
            return
        with connection.cursor() as cursor:
            written = text or base64.b64encode(value).decode()
            cursor.execute("UPDATE django_cache SET value = %s WHERE cache_key = %s", [written, name])
            assert cursor.rowcount == 1


def test_a_pickle_in_the_cache_runs_nothing_and_is_no_value(store: Store, tmp_path: Path) -> None:
    cache.set("count", [1.5])
    store.overwrite("count", pickle.dumps(Attack(tmp_path / "attacked")))
    assert cache.get("count", "nothing") == "nothing"
    assert cache.get_many(["count"]) == {}
    assert not cache.has_key("count")
    assert not (tmp_path / "attacked").exists()


@pytest.mark.parametrize("store", ["database", "redis"], indirect=True)
def test_the_same_attack_succeeds_against_djangos_own_caches(store: Store, settings: Settings, tmp_path: Path) -> None:
    """What the attack is worth: without it, the test above would prove nothing."""
    own = settings.CACHES["default"]
    kind = "redis.RedisCache" if "redis" in own["BACKEND"] else "db.DatabaseCache"
    cache.set("count", [1.5])
    store.overwrite("count", pickle.dumps(Attack(tmp_path / "attacked")))
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{kind}", "LOCATION": own["LOCATION"]}}
    cache.get("count")
    assert (tmp_path / "attacked").is_dir()


@pytest.mark.parametrize(
    "text", ["[1.5]", "[1.5]:signature", Signer(salt="another").sign("[1.5]"), "", "{", "[" * 100_000, "\u0661"]
)
def test_a_value_that_this_server_did_not_sign_is_no_value(store: Store, text: str) -> None:
    cache.set("count", [1.5])
    store.overwrite("count", text.encode(), text=text)
    assert cache.get("count", "nothing") == "nothing"


@pytest.mark.parametrize("value", [0, 7, True, None, "text", "7", [1.5, 2.5], {"a": [1]}, "录制"])
def test_what_was_put_in_comes_out(store: Store, value: Any) -> None:
    cache.set("key", value)
    found = cache.get("key", "nothing")
    assert (found, type(found)) == (value, type(value))


def test_what_is_added_twice_is_added_once(store: Store) -> None:
    assert cache.add("key", "first", timeout=60)
    assert not cache.add("key", "second", timeout=60)
    assert cache.get("key") == "first"
    assert cache.touch("key", 60)
    assert cache.delete("key")
    assert not cache.delete("key")
    assert cache.add("key", "third", timeout=60)


def test_what_is_over_is_not_there(store: Store) -> None:
    cache.set("key", "value", timeout=0)
    assert cache.get("key") is None
    assert not cache.touch("key", 60)
    assert cache.add("key", "another", timeout=60)


def test_it_counts(store: Store) -> None:
    assert cache.add("count", 1, timeout=60)
    assert [cache.incr("count"), cache.incr("count")] == [2, 3]
    assert cache.get("count") == 3
    with pytest.raises(ValueError, match="not found"):
        cache.incr("another")


def test_a_full_table_loses_what_ends_first(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": {"MAX_ENTRIES": 50}}}
    cache.clear()
    cache.set("kept", "value", timeout=3600)
    for number in range(150):
        cache.set(f"key{number}", number, timeout=60 + number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_cache")
        assert cursor.fetchone()[0] < 151
    assert cache.get("kept") == "value"
    assert cache.get("key0") is None


@pytest.fixture(params=["gone", "full"])
def useless_redis(request: pytest.FixtureRequest, redis: RedisServer, settings: Settings) -> None:
    """A Redis that is gone, or takes nothing more."""
    settings.CACHES = {"default": redis_cache(redis)}
    redis.stop() if request.param == "gone" else redis.fill()


def test_a_useless_redis_is_one_exception(useless_redis: None) -> None:
    with pytest.raises(CacheUnavailable):
        cache.add("key", "value")
    assert not answers()


def test_what_a_page_can_do_without_goes_on_in_this_processs_memory(useless_redis: None) -> None:
    def count(found: BaseCache) -> int:
        return 1 if found.add("soft", 1) else int(found.incr("soft"))

    first = with_cache(count)
    assert with_cache(count) == first + 1


def test_a_cache_without_its_table_is_the_same_exception_and_breaks_no_transaction(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "no_such_table"}}
    with pytest.raises(CacheUnavailable):
        cache.get("key")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def errors() -> set[str | None]:
    return {message.id for message in run_checks() if message.is_serious()}


@pytest.mark.parametrize(
    "backend", ["db.DatabaseCache", "redis.RedisCache", "locmem.LocMemCache", "filebased.FileBasedCache"]
)
def test_a_cache_that_unpickles_is_refused(settings: Settings, backend: str) -> None:
    assert "trroadmin.E030" not in errors()
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "x"}}
    assert "trroadmin.E030" in errors()


@pytest.mark.parametrize("name", ["CACHE_URL", "QUEUE_URL"])
def test_redis_without_its_client_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "QUEUE_URL":
        settings.QUEUE_URL = "rediss://127.0.0.1:6379/0"
    else:
        settings.CACHES = {"default": safe_cache({"BACKEND": "django.core.cache.backends.redis.RedisCache"})}
    assert "trroadmin.E032" not in errors()
    monkeypatch.setitem(sys.modules, "redis", None)
    said = [message.msg for message in run_checks() if message.id == "trroadmin.E032"]
    assert len(said) == 1
    assert name in said[0]


def test_sessions_that_are_not_json_are_refused(settings: Settings) -> None:
    assert "trroadmin.E031" not in errors()
    settings.SESSION_SERIALIZER = "pickle"
    assert "trroadmin.E031" in errors()

"""Passwords are hashed a few at a time: each takes 100 MB."""

import os
import subprocess
import sys

import pytest

from recordings.identity.auth_backend import MAX_HASHES

TEN_AT_ONCE = """
import resource, threading
import django
django.setup()
from django.contrib.auth.hashers import check_password, make_password
stored = make_password("right")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
said = []
threads = [threading.Thread(target=lambda: said.append(check_password("wrong", stored))) for _ in range(10)]
[each.start() for each in threads]
[each.join() for each in threads]
assert said == [False] * 10
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
ONE_HASH_KB = 102_400


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux only")
def test_ten_wrong_sign_ins_at_once_take_the_memory_of_two() -> None:
    run = [sys.executable, "-c", TEN_AT_ONCE]
    own_hasher = os.environ | {"DJANGO_SETTINGS_MODULE": "trroadmin.settings"}
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120, env=own_hasher)
    assert done.returncode == 0, done.stderr
    more = int(done.stdout.split()[-1])
    print(f"ten hashes at once: {more / 1024:.0f} MB more than one")
    assert ONE_HASH_KB * 0.5 < more < (MAX_HASHES - 1) * ONE_HASH_KB * 1.3

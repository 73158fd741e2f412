"""Passwords are hashed a few at a time: each takes 100 MB."""

import os
import subprocess
import sys

import pytest

from recordings.identity.auth_backend import MAX_HASHES

TEN_AT_ONCE = """
import threading
import django
django.setup()
from django.contrib.auth.hashers import check_password, make_password
stored = make_password("right")
def peak():
    lines = open("/proc/self/status").read().splitlines()  # not getrusage: its figure begins with the parent's
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
before = peak()
said = []
threads = [threading.Thread(target=lambda: said.append(check_password("wrong", stored))) for _ in range(10)]
[each.start() for each in threads]
[each.join() for each in threads]
assert said == [False] * 10
print(peak() - before)
"""
ONE_HASH_KB = 102_400


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/status is Linux's")
def test_ten_wrong_sign_ins_at_once_take_the_memory_of_two() -> None:
    run = [sys.executable, "-c", TEN_AT_ONCE]
    own_hasher = os.environ | {"DJANGO_SETTINGS_MODULE": "trroadmin.settings"}
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120, env=own_hasher)
    assert done.returncode == 0, done.stderr
    more = int(done.stdout.split()[-1])
    print(f"ten hashes at once: {more / 1024:.0f} MB more than one")
    assert ONE_HASH_KB * 0.5 < more < (MAX_HASHES - 1) * ONE_HASH_KB * 1.3

"""The project's settings with Django's own admin beside it, for `history.py` to compare with."""

from trroadmin.settings import *  # noqa: F403
from trroadmin.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "tests.benchmarks.history_urls"
ALLOWED_HOSTS = ["127.0.0.1"]

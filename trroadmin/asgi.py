"""The ASGI entry point: the same start as wsgi.py, for servers that speak ASGI."""

import os

from django.core.asgi import get_asgi_application

from trroadmin.environment import PRIVATE

os.umask(PRIVATE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trroadmin.settings")
application = get_asgi_application()

from recordings.system_checks.keys import refuse_to_start_unless_sound  # noqa: E402
from recordings.worker import web_thread  # noqa: E402
from recordings.worker.spills import restore_spills  # noqa: E402

refuse_to_start_unless_sound()
restore_spills()
web_thread.start()

"""The ASGI entry point: the same start as wsgi.py, for servers that speak ASGI."""

import os

from django.core.asgi import get_asgi_application

from trroadmin.environment import PRIVATE

os.umask(PRIVATE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trroadmin.settings")
application = get_asgi_application()

from recordings.checks import refuse_to_start_unless_sound  # noqa: E402
from recordings.worker import beside  # noqa: E402
from recordings.worker.spills import take_in_spills  # noqa: E402

refuse_to_start_unless_sound()
take_in_spills()
beside.start()

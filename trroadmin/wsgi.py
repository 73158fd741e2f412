"""The WSGI entry point: refuses to serve with unsound settings, takes in spilled answers, then serves."""

import os

from django.core.wsgi import get_wsgi_application

from trroadmin.environment import PRIVATE

os.umask(PRIVATE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trroadmin.settings")
server = get_wsgi_application()

from recordings.system_checks.keys import refuse_to_start_unless_sound  # noqa: E402
from recordings.worker.spills import restore_spills  # noqa: E402
from recordings.worker.web_thread import run_beside  # noqa: E402

refuse_to_start_unless_sound()
restore_spills()
application = run_beside(server)

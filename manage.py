#!/usr/bin/env python
"""Django's command line for TRRO Admin."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from trroadmin.environment import PRIVATE

if __name__ == "__main__":
    if sys.argv[1:2] != ["collectstatic"]:  # static files are for everybody, and another account may serve them
        os.umask(PRIVATE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trroadmin.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"TRRO Admin cannot start: {error}")
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        reason = str(error).strip().partition("\n")[0]
        sys.exit(f"The database cannot be used: {reason}. Check TRROADMIN_DATABASE_URL, and that its server runs.")

#!/usr/bin/env python
"""Django's command line for TRRO Admin."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from trroadmin.environment import PRIVATE

if __name__ == "__main__":
    if sys.argv[1:2] != ["collectstatic"]:  # static files are for everybody, and another account may serve them
        os.umask(PRIVATE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trroadmin.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"TRRO Admin cannot start: {error}")

"""`python -m recordings.sandbox`: a sandbox of its own, until SIGTERM or SIGINT."""

import argparse
import sys

from recordings.sandbox.command_line import add_arguments, config_of, serve


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m recordings.sandbox", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args()
    serve(config_of(vars(options)), _say)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

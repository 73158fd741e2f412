"""make vulnerabilities: does a locked package have a known vulnerability? Said where the data can be reached.

An index that knows nothing of a package says so, which is not the same as "none known": then nothing was checked.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = "requirements-dev.txt"
"""It holds what the other two hold, and the tools."""
SECONDS = 300


def looked_up(lock: Path) -> list[dict[str, Any]]:
    """What pip-audit says of each locked package; nothing when it could not reach the data."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json", "-r", lock]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        return list(json.loads(answer.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return []


def judge(packages: list[dict[str, Any]]) -> tuple[list[str], int]:
    """A line for each known vulnerability, and of how many packages anything is known."""
    known = [package for package in packages if "skip_reason" not in package]
    lines = [
        f"{package['name']} {package['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'none'}"
        for package in known
        for each in package["vulns"]
    ]
    return lines, len(known)


def main() -> int:
    packages = looked_up(ROOT / LOCK)
    vulnerable, known = judge(packages)
    if not known:
        print("SKIPPED: the data about vulnerabilities cannot be reached from here, so nothing was checked.")
        return 0
    print(*vulnerable, f"{known} of {len(packages)} packages checked, {len(vulnerable)} vulnerabilities.", sep="\n")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())

"""The locks: each is what its short list leads to, with every file named by its hash, and vulnerabilities are named."""

import re
from pathlib import Path

import pytest

from .vulnerabilities import judge

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(\[[a-z0-9,]+\])?==(\S+)", re.MULTILINE)
LOCKS = ("requirements", "requirements-sandbox", "requirements-dev")


def direct(name: str) -> dict[str, str]:
    """What a short list names, those it includes among it."""
    text = (ROOT / f"{name}.in").read_text()
    found = {package: version for package, _extras, version in PIN.findall(text)}
    for included in re.findall(r"^-r (\S+)\.in$", text, re.MULTILINE):
        found |= direct(included)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_direct_dependency_is_pinned_and_locked_at_that_version(name: str) -> None:
    lines = [line for line in (ROOT / f"{name}.in").read_text().splitlines() if line and line[0] not in "#-"]
    assert all(PIN.match(line) for line in lines)
    locked = {package: version for package, _extras, version in PIN.findall((ROOT / f"{name}.txt").read_text())}
    assert direct(name).items() <= locked.items()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_names_its_files_by_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / f"{name}.txt").read_text())
    packages = [entry for entry in entries if PIN.match(entry)]
    assert len(packages) > 20
    assert all("--hash=sha256:" in entry for entry in packages)


def test_the_sdk_is_its_trro_package_only() -> None:
    assert "tencentcloud-sdk-python" not in direct("requirements")
    assert "\ntencentcloud-sdk-python==" not in (ROOT / "requirements.txt").read_text()


def test_a_known_vulnerability_is_named_and_what_is_unknown_is_not_called_safe() -> None:
    unknown = {"name": "ours", "skip_reason": "not found"}
    sound = {"name": "django", "version": "5.2.19", "vulns": []}
    bad = {"name": "left", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
    assert judge([unknown]) == ([], 0)
    assert judge([unknown, sound, bad]) == (["left 1.0: CVE-1, mended in 1.1"], 2)

"""The house rules, held by reading the code itself."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "recordings"
PAGE_PACKAGES = sorted(path.parent.name for path in APP.glob("*/urls.py"))
NAMES_OF_OTHERS = {"TaskId", "BotoCoreError"}
"""In docstrings after "Raises": the vendor's terms, and what a library raises through us."""


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imports_of(path: Path) -> Iterator[str]:
    """Every module a file imports, by its full name; relative imports are resolved."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_only_the_gateway_imports_the_vendors_sdk() -> None:
    users = {
        path.relative_to(APP).as_posix()
        for path in modules(APP)
        for name in imports_of(path)
        if name.startswith("tencentcloud")
    }
    assert users == {"trro/gateway.py"}


@pytest.mark.parametrize("folder", ["trro", "sandbox"])
def test_the_wire_and_the_sandbox_know_no_django(folder: str) -> None:
    assert not [
        (path.name, name)
        for path in modules(APP / folder)
        for name in imports_of(path)
        if name.split(".")[0] == "django"
    ]


@pytest.mark.parametrize("folder", ["trro", "sandbox"])
def test_the_wire_and_the_sandbox_import_nothing_else_of_ours(folder: str) -> None:
    own = f"recordings.{folder}"
    strangers = [
        (path.name, name)
        for path in modules(APP / folder)
        for name in imports_of(path)
        if name.startswith("recordings.") and not name.startswith(own)
    ]
    assert strangers == []


def test_the_states_know_neither_django_nor_a_database() -> None:
    names = set(imports_of(APP / "domain/states.py"))
    assert not [name for name in names if name.startswith(("django", "recordings"))]
    for module in ("domain/fold.py", "domain/signs.py"):
        names = set(imports_of(APP / module))
        allowed = (
            "recordings.domain.states",
            "recordings.domain.signs",
            "recordings.trro.callback",
            "recordings.trro.event_type",
        )
        strangers = [
            name for name in names if name.startswith(("django", "recordings")) and not name.startswith(allowed)
        ]
        assert strangers == [], module


def test_page_packages_do_not_import_each_others_views_or_forms() -> None:
    trespassers = [
        (path.relative_to(APP).as_posix(), name)
        for package in PAGE_PACKAGES
        for path in modules(APP / package)
        for name in imports_of(path)
        if re.match(rf"recordings\.(?!{package}\.)({'|'.join(PAGE_PACKAGES)})\.(views|forms)\b", name)
    ]
    assert trespassers == []


def test_queries_write_nothing_and_views_touch_no_rows() -> None:
    writing = re.compile(r"\.(save|create|bulk_create|delete|update|get_or_create|update_or_create)\(")
    for path in modules(APP):
        if path.stem.endswith("queries"):
            assert not writing.search(path.read_text()), path
        if "-> HttpResponse" in path.read_text():
            assert not re.search(r"\.objects\.(create|update|bulk_create)|\.save\(|\.delete\(", path.read_text()), path


def test_every_exception_that_a_docstring_says_is_raised_exists() -> None:
    sources = [path.read_text() for path in modules(APP)]
    known = set(re.findall(r"^class (\w+)", "\n".join(sources), re.MULTILINE)) | set(dir(builtins))
    for source in sources:
        known |= {
            name for line in re.findall(r"^from [\w.]+ import (.+)", source, re.MULTILINE) for name in line.split(", ")
        }
    for path, source in zip(modules(APP), sources, strict=True):
        if path.parent == APP / "sandbox":  # its docstrings name the vendor's codes
            continue
        for sentence in re.findall(r"Raises ([^.;:]*)", source):
            named = set(re.findall(r"\b(?:[A-Z][a-z0-9]+){2,}\b", sentence)) - NAMES_OF_OTHERS
            assert named <= known, f"{path}: {named - known}"


def test_only_the_door_uses_a_gateway_and_only_the_vault_encrypts() -> None:
    for path in modules(APP):
        names = set(imports_of(path))
        if path != APP / "calls.py" and (APP / "trro") not in path.parents:
            assert not [name for name in names if name.startswith("recordings.trro.gateway")], path
        if path != APP / "vault.py":
            assert not [name for name in names if name.startswith("cryptography")], path


def test_only_one_module_uses_allauths_internals() -> None:
    internal = re.compile(
        r"allauth\.(.+\.)?internal\b|allauth\.core\.context|allauth\.mfa\.app_settings|allauth\.account\.utils"
        r"|allauth\.account\.auth_backends|allauth\.account\.models\.Login|allauth\.socialaccount\.helpers"
    )
    users = {path for path in modules(APP) for name in imports_of(path) if internal.match(name)}
    assert users == {APP / "identity/allauth_internals.py"}


def test_every_management_command_has_a_test() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for command in (APP / "management/commands").glob("[!_]*.py"):
        assert re.search(rf"\b{command.stem}\b", tests), f"no test names the command {command.stem}"


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on", text)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("_*.html")), ids=lambda path: path.name)
def test_a_post_by_htmx_sits_on_a_real_form(path: Path) -> None:
    for tag in re.findall(r"<form[^>]*hx-post[^>]*>", path.read_text(), re.DOTALL):
        assert 'method="post"' in tag
        assert "action=" in tag


def test_every_part_that_refreshes_itself_leaves_alone_what_has_not_changed() -> None:
    found = 0
    for path in (ROOT / "templates").rglob("*.html"):
        for tag in re.findall(r"<[a-z]+ [^<]*hx-trigger=[^<]*>", path.read_text()):
            if re.search(r'hx-trigger="[^"]*every ', tag):
                found += 1
                assert re.search(r'\bid="[a-z-]+"', tag), f"{path}: needs an id, so that a standstill is noticed"
                assert 'hx-swap="refresh' in tag, path
    assert found >= 10


def test_files_stay_small_enough_to_have_one_subject() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in [*modules(APP), *modules(ROOT / "trroadmin")]
        if (lines := len(path.read_text().splitlines())) > 300 and "error_catalogue" not in path.parts
    }
    assert long == {}

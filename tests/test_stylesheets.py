"""Every class that a page uses is in a stylesheet which that page loads, and no stylesheet holds what no page uses."""

import re
from functools import cache
from pathlib import Path

import pytest

from trroadmin.bundles import is_bundle, joined, sources

ROOT = Path(__file__).parent.parent
TEMPLATES, CSS, JS = ROOT / "templates", ROOT / "static/css", ROOT / "static/js"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
PAGES = [name for name in ALL if not Path(name).name.startswith("_")]
ANYWHERE = ("stop/_stop.html", "components/_signed_out.html", "components/_confirm_again.html",
            "components/_form_expired.html")  # fmt: skip
"""Fragments that come into whatever page asked: into its dialog, or among its failures."""
HOOKS = {"is-done"}
"""Set by scripts and htmx."""


@cache
def source(name: str) -> str:
    return re.sub(r"{#.*?#}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)


@cache
def parts(name: str) -> frozenset[str]:
    """The template and all that it extends and includes."""
    found, left = {name}, [name]
    while left:
        for other in re.findall(r"{% (?:extends|include) [\"']([^\"']+)[\"']", source(left.pop())):
            if other not in found:
                found.add(other)
                left.append(other)
    return frozenset(found)


@cache
def classes(name: str) -> frozenset[str]:
    """The classes that one template names; `state--*` for one whose end is filled in."""
    text = re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "*", source(name)), flags=re.DOTALL)
    named = {each for value in re.findall(r'\bclass="([^"]*)"', text) for each in value.split()}
    for block in re.findall(r"{% block page_class %}(.*?){% endblock %}", source(name)):
        named.update(block.split())
    return frozenset(named - {"*"})


@cache
def defined(sheet: str) -> frozenset[str]:
    text = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{};]*){", text))
    return frozenset(re.findall(r"\.([A-Za-z][\w-]*)", selectors))


def links(page: str) -> set[str]:
    """The stylesheets that a page links: one request each."""
    return {sheet for name in parts(page) for sheet in re.findall(r"css/([\w/]+\.css)", source(name))}


def sheets(page: str) -> set[str]:
    """The stylesheets that a page loads, by themselves or in a bundle."""
    bundled = {path for sheet in links(page) if is_bundle(sheet) for path in sources(CSS / sheet)}
    alone = {sheet for sheet in links(page) if not is_bundle(sheet)}
    return alone | {path.relative_to(CSS).as_posix() for path in bundled}


def is_among(name: str, known: set[str]) -> bool:
    if "*" not in name:
        return name in known
    return any(each.startswith(name.partition("*")[0]) for each in known)


@pytest.mark.parametrize("page", PAGES)
def test_every_class_of_a_page_is_in_a_stylesheet_that_the_page_loads(page: str) -> None:
    known = HOOKS.union(*map(defined, sheets(page)))
    named = {each: name for name in parts(page) for each in classes(name)}
    assert {each: name for each, name in named.items() if not is_among(each, known)} == {}


@pytest.mark.parametrize("fragment", ANYWHERE)
def test_a_fragment_that_comes_into_any_page_needs_no_more_than_every_page_has(fragment: str) -> None:
    known = set().union(*map(defined, sheets("base.html")))
    assert [each for name in parts(fragment) for each in classes(name) if not is_among(each, known)] == []


def test_every_fragment_belongs_to_a_page() -> None:
    reached = set().union(*map(parts, [*PAGES, *ANYWHERE]))
    assert set(ALL) - reached <= BY_VIEWS, "included by no page"


BY_VIEWS = {
    "components/_badges.html",
    "history/_list.html",
    "history/_rows.html",
    "start/_checked.html",
    "start/_device.html",
    "start/_device_errors.html",
}
"""Fragments that a view answers with by themselves; what they hold is on their pages too."""


def test_no_stylesheet_holds_a_class_that_nothing_uses() -> None:
    named = set().union(*map(classes, ALL))
    scripts = " ".join(path.read_text() for path in JS.glob("*.js"))
    beginnings = tuple(each.partition("*")[0] for each in named if "*" in each)
    unused = {
        f"{path.relative_to(CSS)}: {each}"
        for path in CSS.rglob("*.css")
        for each in defined(path.relative_to(CSS).as_posix())
        if each not in named
        and not (beginnings and each.startswith(beginnings))
        and not re.search(rf"[\"'\s.]{each}[\"'\s]", scripts)
        and not each.startswith("htmx-")
    }
    assert unused == set()


def test_every_stylesheet_is_loaded_by_a_page() -> None:
    loaded = set().union(*map(sheets, PAGES))
    assert {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css") if path.parent.name != "bundles"} == loaded


def test_a_page_links_the_frame_and_one_stylesheet_more() -> None:
    """Two sheets of one page are a bundle: static/css/bundles/. Fixed error pages need no frame."""
    pages = [page for page in PAGES if "plain_error.html" not in parts(page)]
    assert {page: links(page) for page in pages if len(links(page)) > 2} == {}


def test_a_bundle_is_what_its_sources_are_one_after_the_other() -> None:
    frame = joined(CSS / "bundles/frame.css")
    assert frame.index(":root") < frame.index(".skip") < frame.index(".dialog {")
    assert "@import" not in frame
    scripts = joined(JS / "bundles/frame.js")
    assert scripts.startswith("/* app.js */\n{\n")
    assert "import " not in scripts


def test_a_script_that_imports_cannot_be_in_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "bundle.js").write_text('import "./a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js imports"):
        joined(tmp_path / "bundle.js")

"""Stylesheets and scripts of many small sources, served as one file each.

`static/css/bundles/frame.css` holds nothing but `@import` lines, `static/js/bundles/frame.js` nothing but `import`
lines. Browsers would follow them, one request for each; the finder puts what they name in their place. It is the one
way in development, in tests and in `collectstatic`, where the result gets its hash and is compressed like every file.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

IMPORT = re.compile(r"""^(?:@import|import) "([^"]+)";$""", re.MULTILINE)
MODULE_SYNTAX = re.compile(r"^(?:import|export)\b", re.MULTILINE)


class BundleFinder(FileSystemFinder):
    """Finds what is in STATICFILES_DIRS; of a file in a folder named `bundles` what it is made of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.built = FileSystemStorage(location=settings.VAR_DIR / "bundles")

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        found = super().find(path, *args, **kwargs)
        return self._build(path, Path(found)) if isinstance(found, str) and is_bundle(path) else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for path, storage in super().list(ignore_patterns):
            if is_bundle(path):
                self._build(path, Path(storage.path(path)))
                yield path, self.built
            else:
                yield path, storage

    def _build(self, path: str, source: Path) -> str:
        """Write the bundle, unless it is there and current; other processes may do the same at the same time."""
        target = Path(self.built.path(path))
        text = joined(source)
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_suffix(f".{id(text)}")
            beside.write_text(text)
            beside.replace(target)
        return str(target)


def is_bundle(path: str) -> bool:
    return Path(path).parent.name == "bundles"


def sources(bundle: Path) -> list[Path]:
    """The files that a bundle imports, in its order."""
    return [(bundle.parent / name).resolve() for name in IMPORT.findall(bundle.read_text())]


def joined(bundle: Path) -> str:
    """What a bundle imports, one after the other. Each script keeps its own names, as a module has them.

    Raises ValueError for a script that imports or exports: a block can do neither.
    """
    texts = []
    for source in sources(bundle):
        text = source.read_text()
        if bundle.suffix == ".js":
            if MODULE_SYNTAX.search(text):
                raise ValueError(f"{source.name} imports or exports, so it cannot be part of {bundle.name}")
            text = f"{{\n{text}}}\n"
        texts.append(f"/* {source.name} */\n{text}")
    return "\n".join(texts)

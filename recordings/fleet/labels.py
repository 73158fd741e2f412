"""Labels as they are typed, and the rows that they become."""

import re
from collections.abc import Collection, Mapping

from recordings.models import Device, Label, Project

LabelName = tuple[str, str]
"""A label's kind and name."""


def words_in(text: str) -> list[str]:
    """The words between commas, each once."""
    return list(dict.fromkeys(filter(None, (word.strip() for word in re.split(r"[,，、]", text)))))


def words_by_kind(device: Device) -> Mapping[str, list[str]]:
    """A device's labels as the form's fields show them."""
    labels = list(device.labels.all())
    return {f"labels_{kind}": [label.name for label in labels if label.kind == kind] for kind in Label.Kind}


def rows_of(names: Collection[LabelName], project: Project) -> list[Label]:
    """The project's labels with these names, made where it has none yet, in the caller's transaction."""
    if not names:
        return []
    new = [Label(project=project, kind=kind, name=name) for kind, name in names]
    Label.objects.bulk_create(new, ignore_conflicts=True)
    wanted = set(names)
    found = Label.objects.filter(project=project, name__in={name for _kind, name in names})
    return [label for label in found if (label.kind, label.name) in wanted]

"""Every action that the code records has a label, and a kind that the filter offers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings.audit.actions import ACTIONS
from recordings.audit.filters import TrailFilter
from recordings.audit.labels import KINDS, TARGETS, action_label
from recordings.domain.states import Choice
from recordings.models import ApiCall, AuditEntry, Export, User

APP = Path(__file__).parents[2] / "recordings"
WRITERS = {"record_audit", "_record", "record_audit_merged", "insert", "update", "tell", "_address"}
"""The names of functions that take an action."""
ACTION = re.compile(r"[a-z_]+\.[a-z_]*[a-z]")


def literals() -> Iterator[tuple[str, str]]:
    """Every string that could be an action, in a call that takes one, with its file."""
    for path in APP.rglob("*.py"):
        if {"migrations", "sandbox", "trro", "locale"} & set(path.relative_to(APP).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "action":
                given = [node.value]
            elif isinstance(node, ast.Call) and _name(node.func) in WRITERS:
                given = [*node.args, *(each.value for each in node.keywords if each.arg == "action")]
            else:
                continue
            for value in given:
                for text in ast.walk(value):
                    if isinstance(text, ast.Constant) and ACTION.fullmatch(str(text.value)):
                        yield str(text.value), path.name


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def made() -> Iterator[str]:
    """Actions that are put together: what came of a call, and what a person decided."""
    outcomes = [value for value in ApiCall.Outcome.values if value]
    yield from (f"recording.start_{outcome}" for outcome in outcomes)
    yield from (f"recording.stop_{outcome}" for outcome in outcomes)
    yield from (f"task.stop_{outcome}" for outcome in outcomes)
    yield from (f"recording.{choice}" for choice in Choice)
    yield from (f"{subject}.exported" for subject in Export.Subject)
    yield from (f"recording.stop_{how}" for how in ("asked", "sent", "repeated", "wanted"))


def test_every_action_in_the_code_has_words() -> None:
    assert {(action, file) for action, file in literals() if action not in ACTIONS} == set()
    assert set(made()) - set(ACTIONS) == set()


def test_walk_finds_the_actions_of_the_code() -> None:
    found = {action for action, _file in literals()}
    assert {
        "account.created",
        "callback_key.retired",
        "file.watched",
        "session.refused",
        "storage.key_replaced",
    } <= found


def test_every_action_has_a_kind() -> None:
    assert {action.split(".")[0] for action in ACTIONS} <= set(KINDS)


def test_words_are_short_and_differ() -> None:
    words = [str(each) for each in ACTIONS.values()]
    assert len(set(words)) == len(words)
    assert max(map(len, words)) <= 60
    assert max(map(len, ACTIONS)) <= AuditEntry._meta.get_field("action").max_length  # type: ignore[operator]


def test_an_action_that_has_no_words_is_shown_as_it_is() -> None:
    assert action_label("new.action") == "new.action"
    assert action_label("recording.closed") == "Closed with a reason"


@pytest.mark.django_db
def test_the_filter_offers_every_action_and_every_type(auditor: User) -> None:
    fields = TrailFilter({}, AuditEntry.objects.all(), user=auditor).form.fields
    offered = {
        value for _kind, choices in fields["action"].choices if isinstance(choices, list) for value, _ in choices
    }
    assert set(ACTIONS) | {f"{action.split('.')[0]}." for action in ACTIONS} == offered
    assert set(TARGETS) <= {value for value, _words in fields["target_type"].choices}

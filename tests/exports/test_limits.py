"""How many exports one person may ask for: neither the disk nor the trail is flooded."""

import pytest

from recordings.exports.services import MAX_PER_MINUTE, MAX_UNFINISHED
from recordings.models import Export, User
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


def test_small_ones_are_counted_by_the_minute(operator: User) -> None:
    browser = signed_in(operator)
    answers = [browser.post("/recordings/export/", {"format": "csv"}).status_code for _ in range(MAX_PER_MINUTE + 3)]
    assert answers == [303] * MAX_PER_MINUTE + [422] * 3
    assert Export.objects.count() == MAX_PER_MINUTE


def test_failed_ones_are_tried_again_only_as_far_as_one_may_ask(operator: User) -> None:
    browser = signed_in(operator)
    rows = [
        Export.objects.create(
            subject="history", format="csv", language="en", requested_by=operator, state=Export.State.FAILED
        )
        for _ in range(MAX_UNFINISHED + 2)
    ]
    for row in rows:
        assert browser.post(row.get_absolute_url()).status_code == 303
    assert Export.objects.filter(state=Export.State.WAITING).count() == MAX_UNFINISHED

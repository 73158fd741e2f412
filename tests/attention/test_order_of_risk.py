"""The order of what needs attention, its groups, and the first few of it for the dashboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings.domain.attention_reasons import BY_RISK, UNCLAIMED
from recordings.lifecycle.attention_groups import SHORT, most_urgent
from recordings.models import Attention, Device, Project, Recording, StorageCredential, UnclaimedTask, User
from tests.attention.test_attention_view import LIST, make_needing
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each(operator: User, device: Device, storage: StorageCredential, project: Project) -> None:
    """One recording for each reason, and an unclaimed task."""
    for stream, reason in enumerate(Attention.values):
        make_needing(operator, device, storage, stream, attention=reason)
    now = timezone.now()
    UnclaimedTask.objects.create(
        project=project, task_id="-lost", first_event=1, first_reported_at=now, last_reported_at=now
    )


def test_every_reason_has_a_place_and_short_words() -> None:
    assert sorted(BY_RISK) == sorted([*Attention.values, UNCLAIMED])
    assert set(SHORT) == set(BY_RISK)


def test_reasons_follow_each_other_by_the_money_at_risk_each_with_its_advice_once(
    operator: User, device: Device, storage: StorageCredential, one_of_each: None
) -> None:
    make_needing(operator, device, storage, 50, attention=Attention.UPLOAD_LATE)
    response = signed_in(operator).get(LIST)
    groups = response.context["groups"]
    assert [group.reason for group in groups] == list(BY_RISK)
    assert [group.count for group in groups] == ["1"] * (len(BY_RISK) - 1) + ["2"]
    page = response.content.decode()
    for group in groups:
        assert page.count(f'<p class="reason__advice">{group.advice}</p>') == 1


def test_unclaimed_tasks_come_after_lost_responses_and_before_the_rest(operator: User, one_of_each: None) -> None:
    page = signed_in(operator).get(LIST).content.decode()
    places = [page.index(f'id="reason-{reason}"') for reason in ("cannot_list", "unclaimed", "runs_on")]
    assert places == sorted(places)


def test_the_most_urgent_are_the_first_of_the_list_whatever_their_kind(operator: User, one_of_each: None) -> None:
    groups = most_urgent(operator, 5)
    assert [group.reason for group in groups] == list(BY_RISK[:5])
    assert sum(len(group.recordings) + len(group.tasks) for group in groups) == 5


def test_the_most_urgent_cost_the_same_however_many_need_attention(
    operator: User, device: Device, storage: StorageCredential, one_of_each: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for stream in range(20, 60):
        make_needing(operator, device, storage, stream, attention_at=timezone.now() - timedelta(hours=1))
    with django_assert_max_num_queries(6):
        most_urgent(operator, 5)


def test_pages_go_on_where_the_one_before_ended_across_reasons(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    reasons = [Attention.FAILED, Attention.UNKNOWN, Attention.RUNS_ON]
    for number in range(90):
        make_needing(operator, device, storage, number, attention=reasons[number % 3])
    browser = signed_in(operator)
    first = browser.get(LIST).context["page"]
    second = browser.get(LIST, {"after": first.next_cursor}).context["page"]
    seen = [row.attention for row in (*first.rows, *second.rows)]
    assert seen == [Attention.UNKNOWN] * 30 + [Attention.RUNS_ON] * 30 + [Attention.FAILED] * 30
    assert len({row.pk for row in (*first.rows, *second.rows)}) == Recording.objects.count()

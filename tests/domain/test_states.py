"""The table of moves, and the fold that must agree with it in whatever order evidence comes."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.domain.fold import Evidence, fold
from recordings.domain.signs import RECORDER_FAILED, RECORDER_STARTED, Sign
from recordings.domain.states import CLOSABLE, LIVE, TABLE, Choice, State, UploadState, reachable

SENT = Evidence(start=State.SENDING)
ACCEPTED = Evidence(start=State.ACCEPTED, has_task_id=True)
LEFT = Sign(event_type=302)


def state_of(evidence: Evidence) -> State:
    return fold(evidence)[0]


@pytest.mark.parametrize("start", [State.QUEUED, State.SENDING, State.REFUSED, State.UNKNOWN])
def test_without_a_task_id_the_last_try_decides(start: State) -> None:
    assert state_of(Evidence(start=start)) is start


def test_a_task_id_that_turns_up_makes_an_unknown_start_accepted() -> None:
    assert state_of(Evidence(start=State.UNKNOWN, has_task_id=True)) is State.ACCEPTED


def test_a_task_id_overrules_a_person_who_did_not_know_it() -> None:
    for choice in (Choice.NOT_STARTED, Choice.CLOSED):
        assert state_of(Evidence(start=State.UNKNOWN, has_task_id=True, choice=choice)) is State.ACCEPTED


def test_a_person_who_closes_in_knowledge_of_the_task_id_has_the_last_word() -> None:
    closed = replace(ACCEPTED, choice=Choice.CLOSED, choice_knew_task_id=True)
    assert state_of(closed) is State.CLOSED
    assert state_of(replace(closed, signs=frozenset({RECORDER_STARTED, LEFT}))) is State.CLOSED


def test_any_sign_of_the_recorder_means_recording() -> None:
    for sign in (RECORDER_STARTED, Sign(event_type=304), Sign(event_type=307)):
        assert state_of(replace(ACCEPTED, signs=frozenset({sign}))) is State.RECORDING


def test_a_failed_recorder_that_writes_all_the_same_is_recording() -> None:
    assert state_of(replace(ACCEPTED, signs=frozenset({RECORDER_FAILED}))) is State.FAILED
    assert state_of(replace(ACCEPTED, signs=frozenset({RECORDER_FAILED, Sign(event_type=304)}))) is State.RECORDING


def test_an_accepted_stop_is_stopping_until_the_recorder_left() -> None:
    stopping = replace(ACCEPTED, stop_accepted=True, signs=frozenset({RECORDER_STARTED}))
    assert state_of(stopping) is State.STOPPING
    assert state_of(replace(stopping, signs=stopping.signs | {LEFT})) is State.ENDED


def test_files_never_end_a_recording() -> None:
    signs = frozenset(Sign(event_type=kind) for kind in (303, 305, 308, 310))
    assert state_of(replace(ACCEPTED, signs=signs)) is State.ACCEPTED


def test_a_part_of_a_cut_recording_is_not_all_of_it() -> None:
    part = replace(ACCEPTED, signs=frozenset({RECORDER_STARTED, Sign(event_type=310)}))
    assert fold(part) == (State.RECORDING, UploadState.PARTIAL)
    assert fold(replace(part, signs=part.signs | {LEFT})) == (State.ENDED, UploadState.COMPLETE)


@pytest.mark.parametrize(
    ("output_format", "signs", "expected"),
    [
        (0, {Sign(event_type=305)}, UploadState.COMPLETE),
        (0, {Sign(event_type=305, status=1)}, UploadState.INCOMPLETE),
        (0, {Sign(event_type=305, status=1), Sign(event_type=305, status=2)}, UploadState.COMPLETE),
        (1, {Sign(event_type=305)}, UploadState.PARTIAL),
        (1, {Sign(event_type=310)}, UploadState.PARTIAL),
        (1, {Sign(event_type=305), Sign(event_type=310)}, UploadState.COMPLETE),
        (3, {Sign(event_type=310, status=2)}, UploadState.INCOMPLETE),
        (3, {Sign(event_type=308)}, UploadState.INCOMPLETE),
        (3, set(), UploadState.NONE),
    ],
)
def test_uploads_after_the_end_follow_the_format(output_format: int, signs: set[Sign], expected: UploadState) -> None:
    evidence = replace(ACCEPTED, output_format=output_format, signs=frozenset(signs | {LEFT}))
    assert fold(evidence)[1] is expected


def test_every_order_of_a_whole_life_ends_alike_and_moves_only_as_the_table_says() -> None:
    for order in permutations([RECORDER_STARTED, Sign(event_type=304), LEFT, Sign(event_type=305), "stop"]):
        evidence, before = ACCEPTED, State.ACCEPTED
        for step in order:
            if isinstance(step, Sign):
                evidence = replace(evidence, signs=evidence.signs | {step})
            else:
                evidence = replace(evidence, stop_accepted=True)
            after = state_of(evidence)
            assert after is before or after in reachable(before)
            before = after
        assert before is State.ENDED


signs = st.builds(
    Sign, event_type=st.sampled_from([301, 302, 303, 304, 305, 306, 307, 308, 310]), status=st.integers(0, 2)
)


@given(
    start=st.sampled_from([State.SENDING, State.UNKNOWN, State.REFUSED]), arriving=st.lists(signs), at=st.integers(0, 9)
)
def test_no_evidence_moves_a_recording_where_the_table_does_not_lead(
    start: State, arriving: list[Sign], at: int
) -> None:
    evidence, before = Evidence(start=start), start
    for number, sign in enumerate(arriving):
        known = evidence.has_task_id or number >= at
        evidence = replace(evidence, has_task_id=known, signs=evidence.signs | {sign})
        after = state_of(evidence)
        assert after is before or after in reachable(before)
        before = after


@given(arriving=st.lists(signs))
def test_a_recording_whose_recorder_left_is_never_live_again(arriving: list[Sign]) -> None:
    assert state_of(replace(ACCEPTED, signs=frozenset({LEFT, *arriving}))) not in LIVE


def test_nothing_leads_from_recording_back_to_not_yet() -> None:
    early = {State.QUEUED, State.SENDING, State.UNKNOWN, State.ACCEPTED, State.NOT_STARTED, State.REFUSED}
    for state in (State.RECORDING, State.STOPPING):
        # only a recording closed before its TaskId was known comes back, as accepted
        assert reachable(state) & early == {State.ACCEPTED}


def test_what_can_be_closed_is_live_and_every_state_is_in_the_table() -> None:
    assert CLOSABLE < LIVE
    assert set(TABLE) == set(State)

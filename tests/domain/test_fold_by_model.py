"""The fold against a slow, obvious model of the same rules: random events about one to three files, in every order."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.domain.fold import Evidence, fold, runs_on_since
from recordings.domain.signs import Sign
from recordings.domain.states import State

START = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
FILES = ("a.mp4", "b.mp4", "c.mp4")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Life:
    """Read one event after the other, in the order in which they happened, as an operator would with a notebook."""

    started: bool = False
    failed: bool = False
    ended_at: datetime | None = None
    runs: bool = False
    """Whether a recorder has been at work since it last ended."""
    worked_at: datetime | None = None


def happened(signs: list[Sign]) -> list[Sign]:
    """In the order of the events, those of one moment as they were reported."""
    return sorted(signs, key=lambda sign: (sign.at, sign.reported_at, sign.number))


def life_of(signs: list[Sign]) -> Life:
    life = Life()
    for sign in happened(signs):
        match sign.event_type, sign.status:
            case 302, _:
                life = replace(life, ended_at=sign.at, runs=False)
            case 301, 1:
                life = replace(life, failed=True)
            case (301, 0) | (306, 0) | (304, _) | (307, _):
                late = life.ended_at is not None and sign.at - life.ended_at > MINUTE
                life = replace(life, started=True, runs=life.runs or late, worked_at=sign.at)
    return life


def model(signs: list[Sign]) -> tuple[str, str]:
    """The state and the upload state of an mp4 recording whose start was accepted."""
    life = life_of(signs)
    state = "accepted"
    if life.started:
        state = "recording"
    if life.ended_at:
        state = "ended"
    if life.failed and not life.started:
        state = "failed"

    notebook: dict[str, int] = {}
    up_to_date = False
    named: set[str] = set()
    for sign in happened(signs):
        if sign.event_type == 310:
            named |= sign.files
        if sign.event_type == 310 and sign.status in (0, 1, 2):
            for name in sign.files or {f"unnamed {sign.number}"}:
                notebook[name] = sign.status
            if life.worked_at is None or life.worked_at - sign.at <= MINUTE:
                up_to_date = True
    over = life.ended_at is not None and not life.runs
    missing = any(status != 0 for status in notebook.values())
    trouble = missing or any(sign.event_type == 308 for sign in signs)
    uploads = [sign for sign in signs if sign.event_type in (304, 307, 308)]
    uploads += [sign for sign in signs if sign.event_type == 303 and sign.status in (0, 1)]
    if not notebook and not uploads:
        return state, "none"
    open_questions = named - set(notebook)
    if over and notebook and up_to_date and not open_questions:
        return state, "incomplete" if missing else "complete"
    return state, "incomplete" if over and trouble else "partial"


@st.composite
def lives(draw: st.DrawFn, most: int = 9) -> list[Sign]:
    """Events in the order in which they are reported, the first of which says that the recorder started or failed.

    Their moments lie up to ten minutes apart, in any order. Statuses are any, readable or not.
    """
    files = FILES[: draw(st.integers(1, 3))]
    first = Sign(event_type=301, status=draw(st.sampled_from([0, 0, 0, 1])), at=START, reported_at=START + MINUTE)
    signs = [first]
    for number in range(1, draw(st.integers(1, most))):
        event_type = draw(st.sampled_from([301, 302, 302, 303, 304, 306, 307, 308, 310, 310, 310, 310, 999]))
        named = frozenset(draw(st.sets(st.sampled_from(files)))) if event_type == 310 else frozenset()
        signs.append(
            Sign(
                event_type=event_type,
                status=draw(st.sampled_from([0, 0, 0, 1, 2, 7, None])),
                at=START + timedelta(seconds=draw(st.integers(0, 20)) * 30),
                reported_at=START + timedelta(minutes=11, seconds=number),
                number=number,
                files=named,
            )
        )
    return signs


def folded(signs: list[Sign]) -> tuple[str, str]:
    evidence = Evidence(start=State.ACCEPTED, has_task_id=True, signs=frozenset(signs))
    state, upload_state = fold(evidence)
    return state.value, upload_state.value


@settings(max_examples=400, deadline=None)
@given(signs=lives())
def test_the_fold_says_what_the_model_says(signs: list[Sign]) -> None:
    assert folded(signs) == model(signs)


@settings(max_examples=400, deadline=None)
@given(signs=lives())
def test_a_recording_runs_on_when_the_model_says_so(signs: list[Sign]) -> None:
    life = life_of(signs)
    since = runs_on_since(Evidence(start=State.ACCEPTED, has_task_id=True, signs=frozenset(signs)))
    assert (since is not None) == life.runs


@settings(max_examples=60, deadline=None)
@given(signs=lives(most=4))
def test_no_order_of_storing_changes_what_follows(signs: list[Sign]) -> None:
    """Each event keeps when it was reported; a set of evidence is filled in any order, and twice."""
    expected = model(signs)
    for order in permutations(signs):
        kept: frozenset[Sign] = frozenset()
        for sign in (*order, *order):
            kept |= {sign}
        assert folded(list(kept)) == expected

"""A callback is the vendor's only when it is signed with one of our keys."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.trro.signatures import sign, verifies

# The vendor's documented example.
KEY = b"123654"
BODY = (
    b'{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t'
    b'"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t'
    b'"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}'
)
SIGNATURE = "kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA="

keys = st.binary(min_size=1, max_size=40)


def test_vendors_example_verifies() -> None:
    assert sign(KEY, BODY) == SIGNATURE
    assert verifies([KEY], BODY, SIGNATURE)
    assert verifies([KEY], BODY, SIGNATURE.encode())


def test_any_of_several_valid_keys_fits() -> None:
    assert verifies([b"older", KEY], BODY, SIGNATURE)
    assert verifies([KEY, b"newer"], BODY, SIGNATURE)
    assert verifies(iter([b"older", KEY]), BODY, SIGNATURE)


def test_body_is_signed_as_it_came() -> None:
    assert not verifies([KEY], BODY.replace(b"\t", b" "), SIGNATURE)
    assert not verifies([KEY], BODY + b"\n", SIGNATURE)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        b"",
        "=",
        SIGNATURE[:-1],
        SIGNATURE + "\n",
        f" {SIGNATURE}",
        SIGNATURE.lower(),
        SIGNATURE.replace("/", "_"),
        base64.b64decode(SIGNATURE).hex(),
        base64.b64decode(SIGNATURE),
        "签名",
        "\ud800",
        "\x00",
    ],
)
def test_anything_but_the_signature_fits_nothing(signature: str | bytes | None) -> None:
    assert not verifies([KEY], BODY, signature)


def test_without_keys_nothing_fits() -> None:
    assert not verifies([], BODY, SIGNATURE)
    assert not verifies([], BODY, "")


def test_empty_key_fits_nothing() -> None:
    assert not verifies([b""], BODY, sign(b"", BODY))


@given(keys, st.binary())
def test_own_signature_verifies(key: bytes, body: bytes) -> None:
    assert verifies([key], body, sign(key, body))


@given(keys, st.binary(), st.binary() | st.text())
def test_no_input_raises_and_no_guess_fits(key: bytes, body: bytes, guess: bytes | str) -> None:
    assert not verifies([key], body, guess)


@given(st.lists(keys, unique=True, min_size=2, max_size=2), st.binary())
def test_another_keys_signature_does_not_fit(pair: list[bytes], body: bytes) -> None:
    # HMAC pads keys with zero bytes, so keys that differ in those alone are the same key.
    ours, theirs = (key.rstrip(b"\0") for key in pair)
    assert verifies([ours], body, sign(theirs, body)) == (ours == theirs and bool(ours))


@given(keys, st.binary(min_size=1), st.integers(min_value=0))
def test_changed_bit_does_not_fit(key: bytes, body: bytes, place: int) -> None:
    changed = bytearray(body)
    changed[place // 8 % len(body)] ^= 1 << place % 8
    assert not verifies([key], bytes(changed), sign(key, body))

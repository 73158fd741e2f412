"""Thousands of ciphertexts flipped, cut, moved and relabelled: none opens, and none breaks anything else."""

import random
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.models import CloudAccount, StorageKey
from trroadmin.environment import new_key

from .figures import Figures
from .sizes import size

pytestmark = pytest.mark.prove
TRIES = size(small=2_000, full=10_000)
Forge = Callable[[random.Random, bytes], bytes]
SECRET_LENGTHS = (1, 16, 40, 128)


@pytest.fixture(autouse=True)
def three_keys(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = f"k1:{new_key()},k2:{new_key()},k3:{new_key()}"


def test_no_forged_ciphertext_opens(figures: Figures) -> None:
    dice = random.Random(1)
    tried: Counter[str] = Counter()
    while sum(tried.values()) < TRIES:
        name, forge = dice.choice(list(FORGERIES.items()))
        row = _key(dice)
        sealed = bytes(row.secret_key_sealed)
        forged = forge(dice, sealed)
        if forged == sealed:
            continue
        row.secret_key_sealed = forged
        _does_not_open(row, "secret_key")
        tried[name] += 1
    for name, times in tried.items():
        figures.add(name, times, "none opened")


def test_no_ciphertext_opens_where_it_was_moved_to(figures: Figures) -> None:
    dice = random.Random(2)
    moves = size(small=500, full=2_000)
    for _ in range(moves):
        here, there, account = _key(dice), _key(dice), CloudAccount()
        there.secret_key_sealed = here.secret_key_sealed
        _does_not_open(there, "secret_key")
        here.access_key_sealed, here.secret_key_sealed = here.secret_key_sealed, here.access_key_sealed
        _does_not_open(here, "secret_key")
        _does_not_open(here, "access_key")
        account.pk = here.pk
        account.secret_key_sealed = here.access_key_sealed
        _does_not_open(account, "secret_key")
    figures.add("moved to another row, field and table", 4 * moves, "none opened")


def test_what_no_one_touched_opens() -> None:
    dice = random.Random(3)
    for _ in range(100):
        row = _key(dice)
        assert vault.open_sealed(row, "secret_key").startswith("secret-")
        assert vault.open_sealed(row, "access_key") == "access"


def _key(dice: random.Random) -> StorageKey:
    row = StorageKey()
    vault.seal(row, "access_key", "access")
    vault.seal(row, "secret_key", "secret-" + "x" * dice.choice(SECRET_LENGTHS))
    return row


def _does_not_open(row: StorageKey | CloudAccount, field: str) -> None:
    with pytest.raises(vault.CannotOpen) as raised:
        vault.open_sealed(row, field)
    assert "xxx" not in str(raised.value)


def _flip_a_bit(dice: random.Random, sealed: bytes) -> bytes:
    place = dice.randrange(len(sealed))
    return sealed[:place] + bytes([sealed[place] ^ 1 << dice.randrange(8)]) + sealed[place + 1 :]


def _cut_the_end(dice: random.Random, sealed: bytes) -> bytes:
    return sealed[: dice.randrange(len(sealed))]


def _cut_the_beginning(dice: random.Random, sealed: bytes) -> bytes:
    return sealed[dice.randrange(1, len(sealed)) :]


def _add_to_the_end(dice: random.Random, sealed: bytes) -> bytes:
    return sealed + dice.randbytes(dice.randrange(1, 40))


def _relabel(dice: random.Random, sealed: bytes) -> bytes:
    name = dice.choice([b"k2", b"k3", b"k4", b"", b"k1,k2", b"\xff\xfe", b"k" * 32])
    return sealed[:1] + bytes([len(name)]) + name + sealed[4:]


def _swap_pieces(dice: random.Random, sealed: bytes) -> bytes:
    one, other = sorted(dice.sample(range(len(sealed)), 2))
    swapped = bytearray(sealed)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    return bytes(swapped)


def _other_nonce(dice: random.Random, sealed: bytes) -> bytes:
    return sealed[:4] + dice.randbytes(vault.NONCE_BYTES) + sealed[4 + vault.NONCE_BYTES :]


def _noise(dice: random.Random, sealed: bytes) -> bytes:
    return dice.randbytes(dice.randrange(len(sealed) + 1))


FORGERIES: Mapping[str, Forge] = {
    "one bit flipped": _flip_a_bit,
    "cut at the end": _cut_the_end,
    "cut at the beginning": _cut_the_beginning,
    "longer": _add_to_the_end,
    "relabelled with another key": _relabel,
    "two bytes swapped": _swap_pieces,
    "another nonce": _other_nonce,
    "noise": _noise,
}

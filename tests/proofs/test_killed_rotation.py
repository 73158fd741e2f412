"""A rotation of the encryption keys that is killed again and again: every secret opens at every moment."""

from functools import partial

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.audit_log.verify import verify
from recordings.models import CloudAccount, StorageKey
from tests.factories import (
    ACCOUNT_SECRET_KEY,
    STORAGE_SECRET_KEY,
    make_account,
    make_storage,
)
from trroadmin.environment import new_key

from .children import rotate_and_die
from .figures import Figures
from .processes import running
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
ROWS = size(small=12, full=300)


def test_a_rotation_killed_at_each_row_goes_on_where_it_was(settings: Settings, figures: Figures) -> None:
    old, new = f"old:{new_key()}", f"new:{new_key()}"
    settings.ENCRYPTION_KEYS = old
    for _ in range(ROWS // 2):
        make_account()
        make_storage()
    both = f"{new},{old}"
    settings.ENCRYPTION_KEYS = both
    for kill in range(1, ROWS):
        with running(partial(rotate_and_die, both, sealed_already=bool(kill % 2))) as child:
            child.join()
            assert child.exitcode == -9
        assert _left() == ROWS - kill, "what was done stays done"
        _everything_opens()
    call_command("rotate_keys")
    assert _left() == 0
    settings.ENCRYPTION_KEYS = new
    _everything_opens()
    assert verify().finding is None
    figures.add(
        "secrets re-encrypted", ROWS, f"in {ROWS - 1} rotations that were killed, each at its own row, and one more"
    )


def _left() -> int:
    return sum(1 for model in vault.sealed_models() for _ in vault.stale_rows(model))


def _everything_opens() -> None:
    for account in CloudAccount.objects.all():
        assert vault.open_sealed(account, "secret_key") == ACCOUNT_SECRET_KEY
    for key in StorageKey.objects.all():
        assert vault.open_sealed(key, "secret_key") == STORAGE_SECRET_KEY

"""Taking a callback in: whose it is, whether its signature is right, and that it is stored before it is answered."""

import hashlib

from django.utils import timezone

from recordings.callbacks import group_commit, keys, rejections
from recordings.models import CallbackEvent
from recordings.trro.signatures import verifies


def store_callback(*, token: str, body: bytes, signature: str) -> bool:
    """Whether the callback is signed by one of its project's keys; then it is committed, once however often it came.

    Nothing is parsed before, and nothing is written of what is refused. Raises NotCommitted, and
    DatabaseError when the keys cannot be read.
    """
    receiver = keys.kept(token)
    if receiver is None or not verifies(receiver.keys, body, signature):
        receiver = keys.read(token)
        if receiver is None or not verifies(receiver.keys, body, signature):
            rejections.note(receiver.project_pk if receiver else None)
            return False
    group_commit.commit(
        CallbackEvent(
            project_id=receiver.project_pk,
            body=body,
            digest=hashlib.sha256(body).hexdigest(),
            received_at=timezone.now(),
        )
    )
    return True

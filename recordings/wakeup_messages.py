"""How a wake-up is written into the queue: signed JSON. huey's own messages are pickles, which run code when read."""

import json
from uuid import UUID

from django.core import signing
from huey.registry import Message
from huey.serializer import Serializer

SALT = "recordings.wakeup_messages"


class MessageSerializer(Serializer):  # type: ignore[misc]
    """Writes huey's messages. Reads only what this server wrote; anything else raises ValueError and is dropped."""

    def serialize(self, message: Message) -> bytes:
        """Raises TypeError for arguments that JSON cannot hold."""
        job, key = message.args
        plain = [message.id, message.name, job, str(key) if isinstance(key, UUID) else key]
        return signing.Signer(salt=SALT).sign(json.dumps(plain)).encode()

    def deserialize(self, data: bytes) -> Message:
        try:
            task_id, name, job, key = json.loads(signing.Signer(salt=SALT).unsign(bytes(data).decode()))
        except (signing.BadSignature, UnicodeDecodeError):
            raise ValueError("A message in the queue was not written by this server.") from None
        return Message(task_id, name, None, 0, 0, None, (job, key), {}, None, None)

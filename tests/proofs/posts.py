"""Callbacks of a sandbox, gathered as it posts them, to be delivered later in whatever way a proof wants."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from recordings import vault
from recordings.callbacks import keys
from recordings.models import CallbackKey, Project
from recordings.trro.signatures import sign
from tests.sandbox.receiver import Receiver, running_receiver

from .site import Site, open_site

KEY = "the-key-of-a-proof-0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A project whose callbacks are registered, and what its sandbox has posted so far."""

    site: Site
    project: Project
    receiver: Receiver

    def bodies(self) -> list[bytes]:
        """Every body once, in the order in which they came."""
        self.site.sandbox.settle()
        return list(dict.fromkeys(received.body for received in self.receiver.received))

    def deliver(self, bodies: Sequence[bytes], *, client: Client | None = None) -> None:
        """Post them to the product, signed; each is taken."""
        client = client or Client()
        for body in bodies:
            assert self.post(body, client=client) == 200

    def post(self, body: bytes, *, client: Client, **headers: str) -> int:
        """One post, signed unless `Sign` is given; the status of the answer."""
        signed = {"Sign": sign(KEY.encode(), body)} | headers
        url = f"/callbacks/{self.project.callback_token}/"
        return client.post(url, body, content_type="application/json", headers=signed).status_code


@contextmanager
def open_posting(**sandbox: Any) -> Iterator[Posting]:
    """A site whose callbacks go to a collector instead of to the product."""
    keys.forget()
    with running_receiver() as receiver, open_site(callback_url=receiver.url, callback_key=KEY, **sandbox) as site:
        project = site.devices[0].project
        register(project)
        yield Posting(site=site, project=project, receiver=receiver)
    keys.forget()


def register(project: Project, key: str = KEY) -> CallbackKey:
    """A valid key, as if it were registered."""
    row = CallbackKey(project=project, created_by="somebody")
    vault.seal(row, "key", key)
    row.save(force_insert=True)
    Project.objects.filter(pk=project.pk).update(callbacks_registered_at=timezone.now())
    return row


def by_task(bodies: Sequence[bytes]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Type and payload of every event, by TaskId."""
    posted: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for body in bodies:
        content = json.loads(body)
        posted[content["EventInfo"]["TaskId"]].append((content["EventType"], content["EventInfo"]["Payload"]))
    return posted

"""A passkey counts its uses. A count that does not increase means that a copy of the key exists.

Source: Web Authentication, 7.2, step 22. Passkeys that are synchronised between devices always say 0.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from fido2.webauthn import AuthenticationResponse

from recordings.audit_log.record import record_audit

COUNTER = "counter"
"""In the factor's data. A passkey that was added before counts were kept has the one of its registration."""


def advance_counter(factor: Authenticator, answer: dict[str, Any]) -> None:
    """Store the count of a verified response. Raises ValidationError, with an audit entry, if it did not increase.

    The row is locked: of two responses with the same count, one is refused.
    """
    count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    with transaction.atomic():
        stored = Authenticator.objects.select_for_update().get(pk=factor.pk)
        last = stored.data.get(COUNTER, stored.wrap().authenticator_data.counter)
        if goes_forward := count > last or count == last == 0:
            factor.data[COUNTER] = stored.data[COUNTER] = count
            stored.save(update_fields=["data"])
        else:
            record_audit(
                actor="",
                action="factor.counter_went_back",
                target=stored.user,
                before={"name": stored.wrap().name, "counter": last},
                after={"counter": count},
            )
    if not goes_forward:
        raise get_adapter().validation_error("incorrect_code")

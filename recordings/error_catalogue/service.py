"""Tencent Cloud understood the call and did not carry it out."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="CallbackUrlRefused",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Callback address refused"),
        meaning=_(
            "TRRO understood and did not take the callback address or its signing key; its message may say "
            "why. Callbacks go where they went before."
        ),
        action=(
            _(
                "Check that this server's public address is right and can be reached from the internet by "
                "https. If it is refused again, give code and RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="FailedOperation",
        owner=Owner.OPERATOR,
        title=_("Operation failed"),
        meaning=_(
            "TRRO tried and could not do it; its message says why, as far as it tells. Probably nothing is "
            "running, but Tencent Cloud does not promise that."
        ),
        action=(
            _(
                "Read the message. Check that the device is online and publishes the stream, then try again. "
                "If it fails again, give the RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="InternalError",
        owner=Owner.OPERATOR,
        title=_("Tencent Cloud internal error"),
        meaning=_(
            "Something failed inside Tencent Cloud, and it responded with an error instead of a TaskId. "
            "Probably nothing is running, but Tencent Cloud does not promise that, so the call is repeated "
            "automatically only if the cloud account is set to do so."
        ),
        action=(
            _(
                "Check the device, then try again. If it happens again for some minutes, give the RequestId "
                "to Tencent Cloud support. If it did start after all, its TaskId appears under unclaimed "
                "tasks."
            ),
        ),
    ),
    Entry(
        code="OperationDenied",
        owner=Owner.OPERATOR,
        title=_("Operation denied"),
        meaning=_(
            "TRRO declines the operation in the present state of the project, the device or the account; its "
            "message says why. Nothing was started."
        ),
        action=(
            _(
                "Read the message. Check that the device is registered and in this project, that TRRO is not "
                "suspended for unpaid bills, and that the stream is not already recorded from elsewhere."
            ),
        ),
    ),
    Entry(
        code="ResourceInUse",
        owner=Owner.OPERATOR,
        title=_("Resource in use"),
        meaning=_("What the call needs is taken, such as a stream that is already being recorded from elsewhere."),
        action=(_("Find out who records this device. Stop that recording if it is yours, then try again."),),
    ),
    Entry(
        code="ResourceNotFound",
        owner=Owner.OPERATOR,
        title=_("Resource not found"),
        meaning=_(
            "TRRO cannot find what the call names. On a start: the project or device does not exist there. On "
            "a stop: the recording has already ended, or the TaskId belongs to another account."
        ),
        action=(
            _(
                "On a start, check project and device against the TRRO console. On a stop, check the "
                "callbacks and files of the recording: if it has ended, nothing is left to stop."
            ),
        ),
    ),
    Entry(
        code="ResourceUnavailable",
        owner=Owner.OPERATOR,
        title=_("Not available now"),
        meaning=_(
            "What the call needs exists but cannot be used at present, such as a device that is offline or a "
            "service that is suspended."
        ),
        action=(
            _(
                "Check that the device is online and publishes the stream. If it does, try again later, then "
                "give the RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="ServiceUnavailable",
        owner=Owner.NONE,
        title=_("TRRO is unavailable"),
        meaning=_(
            "Tencent Cloud says that TRRO is out of service at the moment. Probably nothing is running, but "
            "it does not promise that."
        ),
        action=(
            _(
                "Wait and try again in a few minutes. If it lasts, check Tencent Cloud's status page or "
                "contact Tencent Cloud support."
            ),
        ),
    ),
)

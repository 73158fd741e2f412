"""No response, or no complete one: the request may have been carried out."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import CHECK_FIRST, Entry, Owner

ENTRIES = (
    Entry(
        code="AnswerLost",
        owner=Owner.OPERATOR,
        title=_("No usable response"),
        meaning=_("The request left this server, and no usable response came back."),
        action=(CHECK_FIRST,),
    ),
    Entry(
        code="AnswerLost.Timeout",
        owner=Owner.OPERATOR,
        title=_("No response in time"),
        meaning=_("The request left this server, and no response came before the deadline."),
        action=(
            CHECK_FIRST,
            _("If it happens often, let the network admin check the line to Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.DeadlinePassed",
        owner=Owner.OPERATOR,
        title=_("Response too slow"),
        meaning=_("A response began to arrive, but it was not complete at the deadline."),
        action=(
            CHECK_FIRST,
            _("If it happens often, let the network admin check the line to Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.Reset",
        owner=Owner.OPERATOR,
        title=_("Connection interrupted"),
        meaning=_("The connection ended after the request began to leave and before a response came."),
        action=(
            CHECK_FIRST,
            _("If it happens often, let the network admin check for a firewall that cuts connections."),
        ),
    ),
    Entry(
        code="AnswerLost.Cut",
        owner=Owner.OPERATOR,
        title=_("Response incomplete"),
        meaning=_("The response ended before its announced length."),
        action=(
            CHECK_FIRST,
            _("If it happens often, let the network admin check the line to Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.Unexpected",
        owner=Owner.OPERATOR,
        title=_("Error while reading the response"),
        meaning=_("The request left, and this system failed while it read the response."),
        action=(
            CHECK_FIRST,
            _("Report the error code and the time: this is a fault of this system."),
        ),
    ),
    Entry(
        code="ProcessLost",
        owner=Owner.OPERATOR,
        title=_("Process ended during the call"),
        meaning=_(
            "The process that made the call ended, or did not respond before its lease expired. Whether the "
            "request left, and what the response was, is unknown."
        ),
        action=(
            CHECK_FIRST,
            _("A response that was kept on disk is stored at the next start."),
        ),
    ),
)

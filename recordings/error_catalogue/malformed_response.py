"""A response came that cannot be used: the request may have been carried out."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import CHECK_FIRST, Entry, Owner

ENTRIES = (
    Entry(
        code="AnswerLost.Status",
        owner=Owner.OPERATOR,
        title=_("HTTP error"),
        meaning=_(
            "The response is an HTTP error instead of an API response; its status is part of the error code. "
            "It can come from a gateway in front of TRRO after the recording was started."
        ),
        action=(
            CHECK_FIRST,
            _("If it lasts, give time and RequestId, if there is one, to Tencent Cloud support."),
        ),
    ),
    Entry(
        code="AnswerLost.Redirected",
        owner=Owner.OPERATOR,
        title=_("Sent elsewhere"),
        meaning=_(
            "The response redirected the call to another address. It was not followed, since the call carries "
            "keys. Tencent Cloud does not redirect: a device on the way may have responded."
        ),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a captive portal or proxy that redirects."),
        ),
    ),
    Entry(
        code="AnswerLost.NotHttp",
        owner=Owner.OPERATOR,
        title=_("Response is not HTTP"),
        meaning=_("The response is not HTTP, or has malformed headers."),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a device that responds in place of Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.TooLarge",
        owner=Owner.OPERATOR,
        title=_("Response far too large"),
        meaning=_("The response is larger than 1 MiB, far above any TRRO response; reading was stopped."),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a device that responds in place of Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.BadEncoding",
        owner=Owner.OPERATOR,
        title=_("Response cannot be decompressed"),
        meaning=_("The response uses a compression that was not requested, or its compressed data is damaged."),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a proxy that modifies responses."),
        ),
    ),
    Entry(
        code="AnswerLost.Empty",
        owner=Owner.OPERATOR,
        title=_("Empty response"),
        meaning=_("The response reports success and is empty."),
        action=(
            CHECK_FIRST,
            _("If it happens again, give the time of the call to Tencent Cloud support."),
        ),
    ),
    Entry(
        code="AnswerLost.NotJson",
        owner=Owner.OPERATOR,
        title=_("Response is not JSON"),
        meaning=_("What came back is not valid JSON: often a web page of a proxy or a portal in between."),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a device that responds in place of Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.NoResponse",
        owner=Owner.OPERATOR,
        title=_("Not an API response"),
        meaning=_("The response is JSON, but not in the format of a Tencent Cloud response."),
        action=(
            CHECK_FIRST,
            _("Let the network admin check for a device that responds in place of Tencent Cloud."),
        ),
    ),
    Entry(
        code="AnswerLost.BadError",
        owner=Owner.OPERATOR,
        title=_("Error without a code"),
        meaning=_("The response reports an error, but without a readable error code."),
        action=(
            CHECK_FIRST,
            _("Give the RequestId to Tencent Cloud support."),
        ),
    ),
    Entry(
        code="AnswerLost.Contradiction",
        owner=Owner.OPERATOR,
        title=_("Contradictory response"),
        meaning=_(
            "The response contains both an error and a TaskId: it reports both an error and success. The "
            "message names the TaskId."
        ),
        action=(
            CHECK_FIRST,
            _("Give RequestId and TaskId to Tencent Cloud support."),
        ),
    ),
    Entry(
        code="AnswerLost.NoTaskId",
        owner=Owner.OPERATOR,
        title=_("No TaskId in the response"),
        meaning=_(
            "The response reports success without a TaskId. Without it the recording cannot be stopped from here."
        ),
        action=(
            CHECK_FIRST,
            _("Give the RequestId to Tencent Cloud support and request the TaskId."),
        ),
    ),
    Entry(
        code="AnswerLost.BadTaskId",
        owner=Owner.OPERATOR,
        title=_("TaskId unusable"),
        meaning=_(
            "The response contains an invalid TaskId: empty, not a text, too long, or with unexpected characters."
        ),
        action=(
            CHECK_FIRST,
            _("Give the RequestId to Tencent Cloud support and request the TaskId."),
        ),
    ),
    Entry(
        code="AnswerLost.NoRequestId",
        owner=Owner.OPERATOR,
        title=_("No RequestId in the response"),
        meaning=_(
            "The response contains no error, but no RequestId either, so it is uncertain whether TRRO "
            "received the call."
        ),
        action=(CHECK_FIRST,),
    ),
    Entry(
        code="AnswerLost.Incomplete",
        owner=Owner.OPERATOR,
        title=_("Response lacks content"),
        meaning=_("The response lacks a part that the API promises, such as the requested list."),
        action=(_("Query again. If it happens again, give the RequestId to Tencent Cloud support."),),
    ),
)

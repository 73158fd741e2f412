"""The request exceeds what the account is allowed."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="RequestLimitExceeded",
        owner=Owner.NONE,
        title=_("Too many calls at once"),
        meaning=_(
            "More than 20 calls a second of this kind were made with the cloud account, perhaps by another "
            "system that shares it. Nothing was started."
        ),
        action=(
            _(
                "Wait: the call is repeated automatically a few times. If it happens often, lower the "
                "account's calls per second here or ask Tencent Cloud for a higher quota."
            ),
        ),
    ),
    Entry(
        code="RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        owner=Owner.NONE,
        title=_("Too many calls by the main account"),
        meaning=_(
            "The main account as a whole has made too many calls over all regions; its sub-accounts and other "
            "programs count too."
        ),
        action=(
            _(
                "Wait: the call is repeated automatically. If it stays, find out which other programs use the "
                "same main account."
            ),
        ),
    ),
    Entry(
        code="RequestLimitExceeded.IPLimitExceeded",
        owner=Owner.NONE,
        title=_("Too many calls from this address"),
        meaning=_(
            "Too many calls came from this server's public IP address; other servers behind the same address count too."
        ),
        action=(
            _(
                "Wait: the call is repeated automatically. If it stays, let the network admin find out who "
                "else calls Tencent Cloud through this address."
            ),
        ),
    ),
    Entry(
        code="RequestLimitExceeded.UinLimitExceeded",
        owner=Owner.NONE,
        title=_("Too many calls by this account"),
        meaning=_("The cloud account has made too many calls in a second, with all its keys together."),
        action=(
            _("Wait: the call is repeated automatically. If it stays, lower the account's calls per second here."),
        ),
    ),
    Entry(
        code="LimitExceeded",
        owner=Owner.OPERATOR,
        title=_("Quota used up"),
        meaning=_("A quota of the cloud account other than calls per second is used up, such as recordings at once."),
        action=(
            _(
                "Stop recordings that are no longer needed, then try again. If all are needed, ask Tencent "
                "Cloud for a higher quota."
            ),
        ),
    ),
    Entry(
        code="FailedOperation.RestrictedConcurrency",
        owner=Owner.OPERATOR,
        title=_("Too many recordings at once"),
        meaning=_(
            "The cloud account has reached its limit of concurrent recordings: 100, unless Tencent Cloud has "
            "agreed to more. Nothing was started."
        ),
        action=(
            _(
                "Stop recordings that are no longer needed, then try again. For more at once, ask Tencent "
                "Cloud to raise the limit, then change the account's limit here."
            ),
        ),
    ),
    Entry(
        code="OperationDenied.LicensesNotEnoughError",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Not enough TRRO licences"),
        meaning=_(
            "The TRRO project has fewer licences than devices that want to use the service. Nothing was started."
        ),
        action=(
            _(
                "Buy or assign licences in the TRRO console, or free those of devices no longer in use; then "
                "let the operator try again."
            ),
        ),
    ),
    Entry(
        code="RequestSizeLimitExceeded",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Request too large"),
        meaning=_(
            "The request is larger than Tencent Cloud accepts. A recording call is far smaller, so a field "
            "contains unexpected data."
        ),
        action=(
            _(
                "Check the parameters of the recording's call for a text that is far too long. If there is "
                "none, give the RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="ResponseSizeLimitExceeded",
        owner=Owner.OPERATOR,
        title=_("Response too large"),
        meaning=_("The response would be larger than Tencent Cloud sends. This concerns lists, not single recordings."),
        action=(_("Ask for a smaller page or a narrower search."),),
    ),
    Entry(
        code="ResourceInsufficient",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Vendor has no free capacity"),
        meaning=_("Tencent Cloud has no recorder free for this call at the moment. Nothing was started."),
        action=(
            _(
                "Try again in a few minutes. If it lasts, give the RequestId to Tencent Cloud support and ask "
                "about capacity in your region."
            ),
        ),
    ),
)

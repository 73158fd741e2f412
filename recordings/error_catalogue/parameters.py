"""Tencent Cloud rejects the call or one of its values."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="ActionOffline",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Action withdrawn"),
        meaning=_("Tencent Cloud has taken this action off its API."),
        action=(_("Ask Tencent Cloud support what replaces it; this system has to be updated for it."),),
    ),
    Entry(
        code="DryRunOperation",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Only a dry run"),
        meaning=_(
            "Tencent Cloud treated the call as a dry run, which is only checked. This system never requests a dry run."
        ),
        action=(_("Give the RequestId to Tencent Cloud support, then try again."),),
    ),
    Entry(
        code="InvalidAction",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Action unknown"),
        meaning=_(
            "The endpoint does not know this action: the cloud account's endpoint is one that does not offer "
            "TRRO recording."
        ),
        action=(
            _(
                "Let the credential admin check the account's endpoint (trro.tencentcloudapi.com, or "
                "trro.intl.tencentcloudapi.com for international accounts). If it is right, ask Tencent Cloud "
                "support."
            ),
        ),
    ),
    Entry(
        code="InvalidParameter",
        owner=Owner.OPERATOR,
        title=_("A parameter is wrong"),
        meaning=_(
            "TRRO rejects a parameter of the call: its format, or a combination of two. Tencent Cloud's "
            "message names it. Nothing was started."
        ),
        action=(_("Read the message, correct the field in the form or in the profile, and try again."),),
    ),
    Entry(
        code="InvalidParameterValue",
        owner=Owner.OPERATOR,
        title=_("A value is not allowed"),
        meaning=_(
            "A parameter has a value that TRRO does not allow: often a device or project that does not exist "
            "there, or a number outside its limits. Nothing was started."
        ),
        action=(
            _(
                "Check device ID, project and stream number against the TRRO console, and durations and file "
                "prefix against their limits; then try again."
            ),
        ),
    ),
    Entry(
        code="InvalidRequest",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Request malformed"),
        meaning=_(
            "Tencent Cloud could not read the request as a whole, although this system builds it from checked "
            "fields. Something on the way may have changed it."
        ),
        action=(
            _(
                "Try again once. If it happens again, let the network admin look for a proxy that rewrites "
                "requests, and give the RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="MissingParameter",
        owner=Owner.OPERATOR,
        title=_("A parameter is missing"),
        meaning=_("TRRO misses a parameter that it requires; its message names it. Nothing was started."),
        action=(
            _(
                "Fill in what the message names, in the form or in the profile. If it is no field here, give "
                "the RequestId to Tencent Cloud support."
            ),
        ),
    ),
    Entry(
        code="NoSuchProduct",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Product unknown at this endpoint"),
        meaning=_("The endpoint of the cloud account does not serve TRRO."),
        action=(
            _(
                "Correct the account's endpoint: trro.tencentcloudapi.com, or trro.intl.tencentcloudapi.com "
                "for international accounts."
            ),
        ),
    ),
    Entry(
        code="NoSuchVersion",
        owner=Owner.VENDOR_SUPPORT,
        title=_("API version unknown"),
        meaning=_("The endpoint does not know TRRO's API version 2022-03-25."),
        action=(
            _(
                "Let the credential admin check the endpoint. If it is right, ask Tencent Cloud support "
                "whether the version was withdrawn."
            ),
        ),
    ),
    Entry(
        code="UnknownParameter",
        owner=Owner.VENDOR_SUPPORT,
        title=_("Parameter not known"),
        meaning=_(
            "The call holds a parameter that TRRO does not know. This system sends only parameters of the public API."
        ),
        action=(
            _(
                "Give the RequestId to Tencent Cloud support: the API has changed, or the account is on "
                "another version of it."
            ),
        ),
    ),
    Entry(
        code="UnsupportedOperation",
        owner=Owner.OPERATOR,
        title=_("Not possible for this device or project"),
        meaning=_("TRRO does not offer this operation for the project or device as it is set up. Nothing was started."),
        action=(
            _(
                "Check in the TRRO console that cloud recording is available for the project and that the "
                "device is a field device."
            ),
        ),
    ),
    Entry(
        code="UnsupportedProtocol",
        owner=Owner.NETWORK_ADMIN,
        title=_("Protocol not allowed"),
        meaning=_(
            "Tencent Cloud saw a protocol other than HTTPS POST, which is all that this system uses. "
            "Something on the way changes it."
        ),
        action=(
            _(
                "Look for a proxy or gateway that opens or downgrades HTTPS, and let calls to Tencent Cloud "
                "pass untouched."
            ),
        ),
    ),
    Entry(
        code="UnsupportedRegion",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Region not served"),
        meaning=_("TRRO is not offered in the region of the cloud account."),
        action=(_("Correct the account's region, or leave it empty: TRRO does not need one."),),
    ),
)

"""Keys, signatures, permissions and addresses: Tencent Cloud refuses access."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="AuthFailure",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Sign-in to Tencent Cloud failed"),
        meaning=_(
            "Tencent Cloud did not accept the identity of the cloud account that made the call. Nothing was started."
        ),
        action=(_("Test the cloud account's API key on its page; replace the key if the test fails."),),
    ),
    Entry(
        code="AuthFailure.InvalidAuthorization",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Authorization header malformed"),
        meaning=_(
            "Tencent Cloud could not read the call's Authorization header. Usually the SecretId holds "
            "characters that do not belong to it, or a proxy changed the header."
        ),
        action=(
            _(
                "Enter SecretId and SecretKey again, without spaces or line breaks. If the error stays, ask "
                "the network admin whether a proxy rewrites headers."
            ),
        ),
    ),
    Entry(
        code="AuthFailure.InvalidSecretId",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("SecretId is not an API key"),
        meaning=_("The SecretId is not that of a Tencent Cloud API key: it is mistyped, or of another kind."),
        action=(
            _(
                "Copy the SecretId from the Tencent Cloud console (Access Management, API Keys) and save the "
                "cloud account again."
            ),
        ),
    ),
    Entry(
        code="AuthFailure.MFAFailure",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Second factor required"),
        meaning=_("The cloud account requires a second factor (MFA) for this action, which a program cannot provide."),
        action=(
            _("Use the key of a sub-account for programs, with TRRO rights and without a second factor for API calls."),
        ),
    ),
    Entry(
        code="AuthFailure.SecretIdNotFound",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("API key disabled or deleted"),
        meaning=_("Tencent Cloud knows no active key with this SecretId: it was disabled or deleted in the console."),
        action=(
            _(
                "Enable the key in the console, or create a new one and enter it in the cloud account. Until "
                "then no recording of this account can be started or stopped from here."
            ),
        ),
    ),
    Entry(
        code="AuthFailure.SignatureExpire",
        owner=Owner.NETWORK_ADMIN,
        title=_("Clocks differ by more than five minutes"),
        meaning=_(
            "The time in the signature is more than five minutes from Tencent Cloud's. Either this server's "
            "clock is wrong, or the request was held up on the way."
        ),
        action=(_("Correct this server's clock and its time synchronisation (NTP), then try again."),),
    ),
    Entry(
        code="AuthFailure.SignatureFailure",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Signature does not fit"),
        meaning=_("SecretId and SecretKey do not belong together, or the request was changed on its way."),
        action=(
            _(
                "Enter the SecretKey of the cloud account again. If the test still fails, create a new key; a "
                "proxy that rewrites requests causes this too."
            ),
        ),
    ),
    Entry(
        code="AuthFailure.TokenFailure",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Temporary token rejected"),
        meaning=_(
            "A temporary token was rejected. This system signs with long-lived keys, so the key entered is "
            "probably a temporary one that has run out."
        ),
        action=(_("Replace it by a long-lived API key; keys made by STS cannot be used here."),),
    ),
    Entry(
        code="AuthFailure.UnauthorizedOperation",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Key has no right to this action"),
        meaning=_("The API key is valid, but its user has no right to call this TRRO action or to touch this project."),
        action=(
            _(
                "Grant the user the TRRO right in Access Management (CAM), at least for CreateCloudRecording "
                "and DeleteCloudRecording, then try again."
            ),
        ),
    ),
    Entry(
        code="UnauthorizedOperation",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Not authorised"),
        meaning=_(
            "The cloud account is not entitled to this operation: the right is missing, or TRRO is not "
            "activated for the account."
        ),
        action=(_("Check in the console that TRRO is active and that the key's user has TRRO rights."),),
    ),
    Entry(
        code="IpInBlacklist",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("This server's address is blocked"),
        meaning=_("The public IP address this server calls from is on the cloud account's block list."),
        action=(_("Take the address off the list in the console, or let the server call from another address."),),
    ),
    Entry(
        code="IpNotInWhitelist",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("This server's address is not allowed"),
        meaning=_(
            "The cloud account allows calls from listed IP addresses only, and this server's public address "
            "is not among them."
        ),
        action=(
            _("Ask the network admin for this server's public IP address and add it to the allow-list in the console."),
        ),
    ),
)

"""Failures before the request left: certainly nothing was started."""

from django.utils.translation import gettext_lazy as _

from recordings.error_catalogue.entry import Entry, Owner

ENTRIES = (
    Entry(
        code="NetworkError",
        owner=Owner.NETWORK_ADMIN,
        title=_("No connection to Tencent Cloud"),
        meaning=_("The network failed before the request left this server. Nothing was started."),
        action=(
            _(
                "Wait: the call is repeated automatically a few times. If it lasts, check this server's way "
                "to Tencent Cloud (HTTPS, port 443)."
            ),
        ),
    ),
    Entry(
        code="NetworkError.ConnectRefused",
        owner=Owner.NETWORK_ADMIN,
        title=_("Connection refused"),
        meaning=_(
            "The endpoint's address refused the connection. Nothing was started. A firewall may have "
            "responded in its place."
        ),
        action=(
            _(
                "The call is repeated automatically. If it lasts, check the firewall for outgoing HTTPS to "
                "the account's endpoint, and the endpoint itself."
            ),
        ),
    ),
    Entry(
        code="NetworkError.NameNotResolved",
        owner=Owner.NETWORK_ADMIN,
        title=_("Endpoint's name not found"),
        meaning=_(
            "The name of the endpoint could not be resolved (DNS), or the resolver did not respond in time. "
            "Nothing was started."
        ),
        action=(
            _(
                "The call is repeated automatically. If it lasts, check this server's DNS settings and that "
                "the endpoint's name is right."
            ),
        ),
    ),
    Entry(
        code="NetworkError.ConnectTimeout",
        owner=Owner.NETWORK_ADMIN,
        title=_("No connection in time"),
        meaning=_(
            "No connection to the endpoint was established before the deadline: packets are dropped, or the "
            "TLS handshake stalled. The request had not left; nothing was started."
        ),
        action=(
            _(
                "The call is repeated automatically. If it lasts, check firewall and route to the endpoint, "
                "and the load on the uplink."
            ),
        ),
    ),
    Entry(
        code="NetworkError.ConnectFailed",
        owner=Owner.NETWORK_ADMIN,
        title=_("Connection failed"),
        meaning=_(
            "The connection broke while it was being opened, or there is no route to the endpoint. The "
            "request had not left; nothing was started."
        ),
        action=(
            _(
                "The call is repeated automatically. If it lasts, check network interface, route and firewall "
                "of this server."
            ),
        ),
    ),
    Entry(
        code="NetworkError.CertificateRejected",
        owner=Owner.NETWORK_ADMIN,
        title=_("Certificate not trusted"),
        meaning=_(
            "The other side could not prove that it is Tencent Cloud: its certificate is foreign, expired, or "
            "for another name. Nothing was sent. Someone may be reading along, or this server's clock is "
            "wrong."
        ),
        action=(
            _(
                "Find out what is between this server and Tencent Cloud (a TLS-inspecting firewall, a captive "
                "portal) and exempt the endpoint from it. Check this server's clock. The call is not repeated "
                "automatically."
            ),
        ),
    ),
    Entry(
        code="NetworkError.TlsFailed",
        owner=Owner.NETWORK_ADMIN,
        title=_("Encrypted connection failed"),
        meaning=_(
            "TLS connection failed: the other side does not support TLS, or only an outdated version. Nothing was sent."
        ),
        action=(
            _(
                "The call is repeated automatically. If it lasts, check for a firewall or proxy that responds "
                "in place of Tencent Cloud."
            ),
        ),
    ),
    Entry(
        code="NetworkError.ProxyFailed",
        owner=Owner.NETWORK_ADMIN,
        title=_("Proxy could not connect"),
        meaning=_(
            "The outbound proxy from this system's settings could not be reached, or refused to connect to "
            "Tencent Cloud. Nothing was sent."
        ),
        action=(
            _(
                "Check the proxy, its user and password, and its rules for the endpoint; the setting is "
                "HTTP_PROXY of this system."
            ),
        ),
    ),
    Entry(
        code="ClientError",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Call could not be made"),
        meaning=_("This system could not put the call together; nothing was sent."),
        action=(
            _(
                "Check the cloud account's settings. If they are right, this is a fault of this system: "
                "report the code and the time."
            ),
        ),
    ),
    Entry(
        code="ClientError.NotSent",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Call could not be made"),
        meaning=_(
            "This system could not put the call together, for instance because the account's key or region "
            "holds characters that cannot be sent. Nothing was sent."
        ),
        action=(
            _(
                "Enter SecretId, SecretKey and region of the cloud account again. If it stays, this is a "
                "fault of this system: report the code and the time."
            ),
        ),
    ),
    Entry(
        code="ClientError.HostNotAllowed",
        owner=Owner.CREDENTIAL_ADMIN,
        title=_("Endpoint not allowed"),
        meaning=_(
            "The call was for a host that is not one of Tencent Cloud's TRRO endpoints. It carries secret "
            "keys, so it was not sent."
        ),
        action=(
            _(
                "Correct the cloud account's endpoint: trro.tencentcloudapi.com, or "
                "trro.intl.tencentcloudapi.com for international accounts."
            ),
        ),
    ),
)

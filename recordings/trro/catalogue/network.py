"""Failures before the request left: certainly nothing was started."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "NetworkError",
        Who.NETWORK_ADMIN,
        en=Text(
            "No connection to Tencent Cloud",
            "The network failed before the request left this server. Nothing was started.",
            "Wait: the call is repeated by itself a few times. If it lasts, check this server's way to "
            "Tencent Cloud (HTTPS, port 443).",
        ),
        zh=Text(
            "无法连接腾讯云",
            "请求离开本服务器之前网络出现故障，没有开始录制。",
            "请稍候，系统会自动重试数次；若持续出现，请检查本服务器到腾讯云的网络（HTTPS，443 端口）。",
        ),
    ),
    Entry(
        "NetworkError.ConnectRefused",
        Who.NETWORK_ADMIN,
        en=Text(
            "Connection refused",
            "The endpoint's address refused the connection. Nothing was started. A firewall may be "
            "answering in its place.",
            "The call is repeated by itself. If it lasts, check the firewall for outgoing HTTPS to the "
            "account's endpoint, and the endpoint itself.",
        ),
        zh=Text(
            "连接被拒绝",
            "接入点地址拒绝了连接，也可能是防火墙代为拒绝。没有开始录制。",
            "系统会自动重试。若持续出现，请检查防火墙是否放行到该接入点的 HTTPS 出站连接，以及接入点填写是否正确。",
        ),
    ),
    Entry(
        "NetworkError.NameNotResolved",
        Who.NETWORK_ADMIN,
        en=Text(
            "Endpoint's name not found",
            "The name of the endpoint could not be resolved (DNS), or the resolver did not answer in "
            "time. Nothing was started.",
            "The call is repeated by itself. If it lasts, check this server's DNS settings and that "
            "the endpoint's name is right.",
        ),
        zh=Text(
            "域名解析失败",
            "无法解析接入点域名，或 DNS 未及时应答。没有开始录制。",
            "系统会自动重试。若持续出现，请检查本服务器的 DNS 设置以及接入点域名是否正确。",
        ),
    ),
    Entry(
        "NetworkError.ConnectTimeout",
        Who.NETWORK_ADMIN,
        en=Text(
            "No connection in time",
            "No connection to the endpoint came about before the deadline: packets are dropped, or the "
            "encrypted connection stalled. The request had not left; nothing was started.",
            "The call is repeated by itself. If it lasts, check firewall and route to the endpoint, "
            "and the load on the uplink.",
        ),
        zh=Text(
            "连接超时",
            "在期限内未能与接入点建立连接：数据包被丢弃，或 TLS 握手停滞。请求尚未发出，没有开始录制。",
            "系统会自动重试。若持续出现，请检查到接入点的防火墙与路由，以及出口带宽是否拥塞。",
        ),
    ),
    Entry(
        "NetworkError.ConnectFailed",
        Who.NETWORK_ADMIN,
        en=Text(
            "Connection failed",
            "The connection broke while it was being opened, or there is no route to the endpoint. The "
            "request had not left; nothing was started.",
            "The call is repeated by itself. If it lasts, check network interface, route and firewall of this server.",
        ),
        zh=Text(
            "连接失败",
            "建立连接时中断，或没有到接入点的路由。请求尚未发出，没有开始录制。",
            "系统会自动重试。若持续出现，请检查本服务器的网卡、路由和防火墙。",
        ),
    ),
    Entry(
        "NetworkError.CertificateRejected",
        Who.NETWORK_ADMIN,
        en=Text(
            "Certificate not trusted",
            "The other side could not prove that it is Tencent Cloud: its certificate is foreign, "
            "expired, or for another name. Nothing was sent. Someone may be reading along, or this "
            "server's clock is wrong.",
            "Find out what stands between this server and Tencent Cloud (a TLS-inspecting firewall, a "
            "captive portal) and exempt the endpoint from it. Check this server's clock. It is not "
            "repeated by itself.",
        ),
        zh=Text(
            "证书不受信任",
            "对方无法证明自己是腾讯云：证书并非可信机构签发、已过期，或域名不符。没有发送任何内容。可能"
            "有人在中间窃听，或本服务器时钟有误。",
            "排查本服务器与腾讯云之间的设备（如 TLS 审查防火墙、认证门户），将该接入点排除在外，并检查"
            "本服务器时钟。系统不会自动重试。",
        ),
    ),
    Entry(
        "NetworkError.TlsFailed",
        Who.NETWORK_ADMIN,
        en=Text(
            "Encrypted connection failed",
            "No encrypted connection came about: the other side speaks no TLS, or only an outdated "
            "one. Nothing was sent.",
            "The call is repeated by itself. If it lasts, look for a firewall or proxy that answers in "
            "place of Tencent Cloud.",
        ),
        zh=Text(
            "加密连接失败",
            "无法建立加密连接：对方不支持 TLS，或只支持过时的版本。没有发送任何内容。",
            "系统会自动重试。若持续出现，请检查是否有防火墙或代理代替腾讯云应答。",
        ),
    ),
    Entry(
        "NetworkError.ProxyFailed",
        Who.NETWORK_ADMIN,
        en=Text(
            "Proxy opened no way",
            "The outbound proxy from this system's settings could not be reached, or refused to "
            "connect to Tencent Cloud. Nothing was sent.",
            "Check the proxy, its user and password, and its rules for the endpoint; the setting is "
            "HTTP_PROXY of this system.",
        ),
        zh=Text(
            "代理连接失败",
            "无法连接本系统所配置的出站代理，或代理拒绝连接腾讯云。没有发送任何内容。",
            "请检查代理本身、其用户名和密码，以及对该接入点的放行规则；对应本系统的 HTTP_PROXY 设置。",
        ),
    ),
    Entry(
        "ClientError",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Call could not be made",
            "This system could not put the call together; nothing was sent.",
            "Check the cloud account's settings. If they are right, this is a fault of this system: "
            "report the code and the time.",
        ),
        zh=Text(
            "调用未能发出",
            "本系统未能生成该调用，没有发送任何内容。",
            "检查云账号设置；若设置无误，则是本系统的故障，请反馈错误码和发生时间。",
        ),
    ),
    Entry(
        "ClientError.NotSent",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Call could not be made",
            "This system could not put the call together, for instance because the account's key or "
            "region holds characters that cannot be sent. Nothing was sent.",
            "Enter SecretId, SecretKey and region of the cloud account again. If it stays, this is a "
            "fault of this system: report the code and the time.",
        ),
        zh=Text(
            "调用未能发出",
            "本系统未能生成该调用，例如账号的密钥或地域中含有无法发送的字符。没有发送任何内容。",
            "重新填写云账号的 SecretId、SecretKey 和地域；若仍报错，则是本系统的故障，请反馈错误码和发生时间。",
        ),
    ),
    Entry(
        "ClientError.HostNotAllowed",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Endpoint not allowed",
            "The call was for a host that is not one of Tencent Cloud's TRRO endpoints. It carries "
            "secret keys, so it was not sent.",
            "Correct the cloud account's endpoint: trro.tencentcloudapi.com, or "
            "trro.intl.tencentcloudapi.com for international accounts.",
        ),
        zh=Text(
            "接入点不被允许",
            "调用的目标主机不是腾讯云 TRRO 接入点。调用中带有密钥，因此没有发送。",
            "请改正云账号的接入点：国内为 trro.tencentcloudapi.com，国际站为 trro.intl.tencentcloudapi.com。",
        ),
    ),
)

"""Keys, signatures, permissions and addresses: the vendor does not let us in."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "AuthFailure",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Sign-in to Tencent Cloud failed",
            "Tencent Cloud did not accept the identity of the cloud account that made the call. Nothing was started.",
            "Test the cloud account's API key on its page; replace the key if the test fails.",
        ),
        zh=Text(
            "腾讯云身份验证失败",
            "腾讯云不认可发起调用的云账号身份，没有开始任何录制。",
            "在云账号页面测试 API 密钥；测试不通过则更换密钥。",
        ),
    ),
    Entry(
        "AuthFailure.InvalidAuthorization",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Authorization header malformed",
            "Tencent Cloud could not read the call's Authorization header. Usually the SecretId holds "
            "characters that do not belong to it, or a proxy changed the header.",
            "Enter SecretId and SecretKey again, without spaces or line breaks. If the error stays, "
            "ask the network admin whether a proxy rewrites headers.",
        ),
        zh=Text(
            "Authorization 头格式错误",
            "腾讯云无法解析请求中的 Authorization 头。常见原因是 SecretId 中混入了多余字符，或代理改写了请求头。",
            "重新填写 SecretId 和 SecretKey，注意不要带空格或换行。若仍报错，请网络管理员检查代理是否改写请求头。",
        ),
    ),
    Entry(
        "AuthFailure.InvalidSecretId",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "SecretId is not an API key",
            "The SecretId is not that of a Tencent Cloud API key: it is mistyped, or of another kind.",
            "Copy the SecretId from the Tencent Cloud console (Access Management, API Keys) and save "
            "the cloud account again.",
        ),
        zh=Text(
            "SecretId 无效",
            "该 SecretId 不是腾讯云 API 密钥，可能填写有误，或属于其他类型的密钥。",
            "从腾讯云控制台（访问管理 > API 密钥管理）复制 SecretId，重新保存云账号。",
        ),
    ),
    Entry(
        "AuthFailure.MFAFailure",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Second factor demanded",
            "The cloud account demands a second factor for this action, which a program cannot give.",
            "Use the key of a sub-account for programs, with TRRO rights and without a second factor for API calls.",
        ),
        zh=Text(
            "要求多因素验证",
            "云账号要求对该操作进行多因素验证（MFA），程序无法完成。",
            "请改用专供程序调用的子账号密钥：授予 TRRO 权限，且 API 调用不要求 MFA。",
        ),
    ),
    Entry(
        "AuthFailure.SecretIdNotFound",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "API key disabled or deleted",
            "Tencent Cloud knows no active key with this SecretId: it was disabled or deleted in the console.",
            "Enable the key in the console, or create a new one and enter it in the cloud account. "
            "Until then no recording of this account can be started or stopped from here.",
        ),
        zh=Text(
            "API 密钥已禁用或删除",
            "腾讯云找不到该 SecretId 对应的有效密钥，密钥可能已在控制台被禁用或删除。",
            "在控制台启用该密钥，或新建密钥并填入云账号。在此之前，无法从本系统开始或停止该账号的录制。",
        ),
    ),
    Entry(
        "AuthFailure.SignatureExpire",
        Who.NETWORK_ADMIN,
        en=Text(
            "Clocks differ by more than five minutes",
            "The time in the signature is more than five minutes from Tencent Cloud's. Either this "
            "server's clock is wrong, or the request was held up on the way.",
            "Correct this server's clock and its time synchronisation (NTP), then try again.",
        ),
        zh=Text(
            "时钟相差超过五分钟",
            "签名中的时间与腾讯云时间相差超过五分钟：本服务器时钟不准，或请求在途中被延误。",
            "校准本服务器的时钟和时间同步（NTP），然后重试。",
        ),
    ),
    Entry(
        "AuthFailure.SignatureFailure",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Signature does not fit",
            "SecretId and SecretKey do not belong together, or the request was changed on its way.",
            "Enter the SecretKey of the cloud account again. If the test still fails, create a new "
            "key; a proxy that rewrites requests causes this too.",
        ),
        zh=Text(
            "签名校验失败",
            "SecretId 与 SecretKey 不匹配，或请求在途中被改动。",
            "重新填写云账号的 SecretKey；测试仍不通过时请新建密钥。改写请求的代理也会导致此错误。",
        ),
    ),
    Entry(
        "AuthFailure.TokenFailure",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Temporary token rejected",
            "A temporary token was rejected. This system signs with long-lived keys, so the key "
            "entered is probably a temporary one that has run out.",
            "Replace it by a long-lived API key; keys made by STS cannot be used here.",
        ),
        zh=Text(
            "临时令牌无效",
            "临时令牌被拒绝。本系统使用长期密钥签名，当前填写的很可能是已过期的临时密钥。",
            "请更换为长期 API 密钥；STS 签发的临时密钥不适用于本系统。",
        ),
    ),
    Entry(
        "AuthFailure.UnauthorizedOperation",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Key has no right to this action",
            "The API key is valid, but its user has no right to call this TRRO action or to touch this project.",
            "Grant the user the TRRO right in Access Management (CAM), at least for "
            "CreateCloudRecording and DeleteCloudRecording, then try again.",
        ),
        zh=Text(
            "密钥无此操作权限",
            "API 密钥有效，但所属用户无权调用该 TRRO 接口或操作该项目。",
            "在访问管理（CAM）中为该用户授予 TRRO 权限，至少包括 CreateCloudRecording 和"
            " DeleteCloudRecording，然后重试。",
        ),
    ),
    Entry(
        "UnauthorizedOperation",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Not authorised",
            "The cloud account is not entitled to this operation: the right is missing, or TRRO is not "
            "activated for the account.",
            "Check in the console that TRRO is active and that the key's user has TRRO rights.",
        ),
        zh=Text(
            "未授权操作",
            "云账号无权执行该操作：缺少权限，或该账号尚未开通 TRRO 服务。",
            "在控制台确认已开通 TRRO，且密钥所属用户拥有 TRRO 权限。",
        ),
    ),
    Entry(
        "IpInBlacklist",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "This server's address is blocked",
            "The public IP address this server calls from is on the cloud account's block list.",
            "Take the address off the list in the console, or let the server call from another address.",
        ),
        zh=Text(
            "本服务器 IP 在黑名单中",
            "本服务器出口的公网 IP 被列入云账号的 IP 黑名单。",
            "在控制台将该 IP 移出黑名单，或让服务器经其他出口 IP 访问。",
        ),
    ),
    Entry(
        "IpNotInWhitelist",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "This server's address is not allowed",
            "The cloud account allows calls from listed IP addresses only, and this server's public "
            "address is not among them.",
            "Ask the network admin for this server's public IP address and add it to the allow-list in the console.",
        ),
        zh=Text(
            "本服务器 IP 不在白名单中",
            "云账号只允许白名单内的 IP 调用，本服务器出口的公网 IP 不在其中。",
            "向网络管理员确认本服务器出口的公网 IP，并在控制台加入白名单。",
        ),
    ),
)

"""More was asked for than the account may have."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "RequestLimitExceeded",
        Who.NOBODY,
        en=Text(
            "Too many calls at once",
            "More than 20 calls a second of this kind were made with the cloud account, perhaps by "
            "another system that shares it. Nothing was started.",
            "Wait: the call is repeated by itself a few times. If it happens often, lower the "
            "account's calls per second here or ask the vendor for a higher quota.",
        ),
        zh=Text(
            "调用过于频繁",
            "该云账号对此接口的调用超过每秒 20 次，也可能是共用账号的其他系统所致。没有开始录制。",
            "请稍候，系统会自动重试数次。若经常出现，请调低本系统中该账号的每秒调用数，或向腾讯云申请提高配额。",
        ),
    ),
    Entry(
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        Who.NOBODY,
        en=Text(
            "Too many calls by the main account",
            "The main account as a whole has made too many calls over all regions; its sub-accounts "
            "and other programs count too.",
            "Wait: the call is repeated by itself. If it stays, find out which other programs use the "
            "same main account.",
        ),
        zh=Text(
            "主账号调用超出频率限制",
            "主账号在全部地域的调用总量超限，其子账号和其他程序的调用也计算在内。",
            "请稍候，系统会自动重试。若持续出现，请排查还有哪些程序在使用同一主账号。",
        ),
    ),
    Entry(
        "RequestLimitExceeded.IPLimitExceeded",
        Who.NOBODY,
        en=Text(
            "Too many calls from this address",
            "Too many calls came from this server's public IP address; other servers behind the same "
            "address count too.",
            "Wait: the call is repeated by itself. If it stays, let the network admin find out who "
            "else calls Tencent Cloud through this address.",
        ),
        zh=Text(
            "本 IP 调用超出频率限制",
            "来自本服务器公网 IP 的调用过多，同一出口 IP 下的其他服务器也计算在内。",
            "请稍候，系统会自动重试。若持续出现，请网络管理员排查还有谁经此 IP 调用腾讯云。",
        ),
    ),
    Entry(
        "RequestLimitExceeded.UinLimitExceeded",
        Who.NOBODY,
        en=Text(
            "Too many calls by this account",
            "The cloud account has made too many calls in a second, with all its keys together.",
            "Wait: the call is repeated by itself. If it stays, lower the account's calls per second here.",
        ),
        zh=Text(
            "账号调用超出频率限制",
            "该云账号名下所有密钥在一秒内的调用总量超限。",
            "请稍候，系统会自动重试。若持续出现，请调低本系统中该账号的每秒调用数。",
        ),
    ),
    Entry(
        "LimitExceeded",
        Who.OPERATOR,
        en=Text(
            "Quota used up",
            "A quota of the cloud account other than calls per second is used up, such as recordings at once.",
            "Stop recordings that are no longer needed, then try again. If all are needed, ask the "
            "vendor for a higher quota.",
        ),
        zh=Text(
            "超出配额",
            "云账号除调用频率以外的某项配额已用尽，例如同时录制数。",
            "停止不再需要的录制后重试；若都需要保留，请向腾讯云申请提高配额。",
        ),
    ),
    Entry(
        "FailedOperation.RestrictedConcurrency",
        Who.OPERATOR,
        en=Text(
            "Too many recordings at once",
            "The cloud account already runs as many recordings as it may: 100, unless the vendor has "
            "agreed to more. Nothing was started.",
            "Stop recordings that are no longer needed, then try again. For more at once, ask the "
            "vendor to raise the limit, then change the account's limit here.",
        ),
        zh=Text(
            "同时录制数已达上限",
            "该云账号正在进行的录制已达上限（默认 100 路，除非已向腾讯云申请提高）。没有开始录制。",
            "停止不再需要的录制后重试。若需更多并发，请向腾讯云申请提高上限，并同步修改本系统中该账号的上限。",
        ),
    ),
    Entry(
        "OperationDenied.LicensesNotEnoughError",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Not enough TRRO licences",
            "The TRRO project has fewer licences than devices that want to use the service. Nothing was started.",
            "Buy or assign licences in the TRRO console, or free those of devices no longer in use; "
            "then let the operator try again.",
        ),
        zh=Text(
            "TRRO 许可（License）不足",
            "TRRO 项目的许可数量少于需要使用服务的设备数。没有开始录制。",
            "在 TRRO 控制台购买或分配许可，或释放停用设备占用的许可，然后请操作员重试。",
        ),
    ),
    Entry(
        "RequestSizeLimitExceeded",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Request too large",
            "The request is larger than Tencent Cloud takes. A recording call is far below that, so a "
            "field holds something that does not belong there.",
            "Look at the parameters in the recording's call for a text that is far too long. If there "
            "is none, give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "请求过大",
            "请求大小超出腾讯云限制。录制请求远小于该限制，说明某个字段填入了不该有的内容。",
            "在录制详情的调用参数中检查是否有异常的超长内容；若没有，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "ResponseSizeLimitExceeded",
        Who.OPERATOR,
        en=Text(
            "Answer too large",
            "The answer would be larger than Tencent Cloud sends. It concerns lists, not single recordings.",
            "Ask for a smaller page or a narrower search.",
        ),
        zh=Text(
            "返回内容过大",
            "返回内容超出腾讯云限制，仅涉及列表查询，与单条录制无关。",
            "请减小每页数量或缩小查询范围。",
        ),
    ),
    Entry(
        "ResourceInsufficient",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Vendor has no free capacity",
            "Tencent Cloud has no recorder free for this call at the moment. Nothing was started.",
            "Try again in a few minutes. If it lasts, give the RequestId to the vendor's support and "
            "ask about capacity in your region.",
        ),
        zh=Text(
            "腾讯云资源不足",
            "腾讯云目前没有可用的录制资源，没有开始录制。",
            "几分钟后重试。若持续出现，请将 RequestId 提供给腾讯云技术支持，询问所在地域的资源情况。",
        ),
    ),
)

"""The vendor does not understand the call, or not a value in it."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "ActionOffline",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Action withdrawn",
            "Tencent Cloud has taken this action off its API.",
            "Ask the vendor's support what replaces it; this system has to be updated for it.",
        ),
        zh=Text(
            "接口已下线",
            "腾讯云已下线该接口。",
            "请向腾讯云技术支持咨询替代接口；本系统需随之升级。",
        ),
    ),
    Entry(
        "DryRunOperation",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Only a dry run",
            "The vendor treated the call as a trial that is only checked. This system never asks for one.",
            "Give the RequestId to the vendor's support, then try again.",
        ),
        zh=Text(
            "仅为预检请求",
            "腾讯云将该调用当作只做检查的预检请求，而本系统从不发送预检请求。",
            "请将 RequestId 提供给腾讯云技术支持，然后重试。",
        ),
    ),
    Entry(
        "InvalidAction",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Action unknown",
            "The endpoint does not know this action: the cloud account's endpoint is one that does not "
            "offer TRRO recording.",
            "Let the credential admin check the account's endpoint (trro.tencentcloudapi.com, or "
            "trro.intl.tencentcloudapi.com for international accounts). If it is right, ask the "
            "vendor's support.",
        ),
        zh=Text(
            "接口不存在",
            "该接入点不认识此接口，说明云账号所配置的接入点不提供 TRRO 录制服务。",
            "请密钥管理员检查接入点（国内为 trro.tencentcloudapi.com，国际站为"
            " trro.intl.tencentcloudapi.com）；若无误，请联系腾讯云技术支持。",
        ),
    ),
    Entry(
        "InvalidParameter",
        Who.OPERATOR,
        en=Text(
            "A parameter is wrong",
            "TRRO rejects a parameter of the call: its form, or two that do not go together. The "
            "vendor's message names it. Nothing was started.",
            "Read the message, correct the field in the form or in the profile, and try again.",
        ),
        zh=Text(
            "参数错误",
            "TRRO 认为某个参数格式有误或参数之间不匹配，具体见腾讯云返回的信息。没有开始录制。",
            "根据返回信息修改表单或录制配置中的相应字段，然后重试。",
        ),
    ),
    Entry(
        "InvalidParameterValue",
        Who.OPERATOR,
        en=Text(
            "A value is not allowed",
            "A parameter has a value that TRRO does not allow: often a device or project that does not "
            "exist there, or a number outside its limits. Nothing was started.",
            "Check device ID, project and stream number against the TRRO console, and durations and "
            "file prefix against their limits; then try again.",
        ),
        zh=Text(
            "参数取值错误",
            "某个参数的取值不被 TRRO 接受，常见于设备或项目在 TRRO 中不存在，或数值超出范围。没有开始录制。",
            "对照 TRRO 控制台核对设备 ID、项目和视频流号，并检查时长与文件前缀是否超限，然后重试。",
        ),
    ),
    Entry(
        "InvalidRequest",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Request malformed",
            "Tencent Cloud could not read the request as a whole, although this system builds it from "
            "checked fields. Something on the way may have changed it.",
            "Try again once. If it comes back, let the network admin look for a proxy that rewrites "
            "requests, and give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "请求格式错误",
            "腾讯云无法解析整个请求。本系统发送的字段均经过校验，请求可能在途中被改动。",
            "重试一次；若再次出现，请网络管理员检查是否有代理改写请求，并将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "MissingParameter",
        Who.OPERATOR,
        en=Text(
            "A parameter is missing",
            "TRRO misses a parameter that it requires; its message names it. Nothing was started.",
            "Fill in what the message names, in the form or in the profile. If it is no field here, "
            "give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "缺少参数",
            "调用缺少 TRRO 必需的参数，具体见返回信息。没有开始录制。",
            "在表单或录制配置中补全所提示的参数；若本系统没有该字段，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "NoSuchProduct",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Product unknown at this endpoint",
            "The endpoint of the cloud account does not serve TRRO.",
            "Correct the account's endpoint: trro.tencentcloudapi.com, or "
            "trro.intl.tencentcloudapi.com for international accounts.",
        ),
        zh=Text(
            "接入点不提供该产品",
            "云账号所配置的接入点不提供 TRRO 服务。",
            "请改正接入点：国内为 trro.tencentcloudapi.com，国际站为 trro.intl.tencentcloudapi.com。",
        ),
    ),
    Entry(
        "NoSuchVersion",
        Who.VENDOR_SUPPORT,
        en=Text(
            "API version unknown",
            "The endpoint does not know TRRO's API version 2022-03-25.",
            "Let the credential admin check the endpoint. If it is right, ask the vendor's support "
            "whether the version was withdrawn.",
        ),
        zh=Text(
            "接口版本不存在",
            "该接入点不认识 TRRO 的 2022-03-25 版本接口。",
            "请密钥管理员检查接入点；若无误，请向腾讯云技术支持确认该版本是否已下线。",
        ),
    ),
    Entry(
        "UnknownParameter",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Parameter not known",
            "The call holds a parameter that TRRO does not know. This system sends only parameters of the public API.",
            "Give the RequestId to the vendor's support: the API has changed, or the account is on "
            "another version of it.",
        ),
        zh=Text(
            "未知参数",
            "调用中包含 TRRO 不认识的参数，而本系统只发送公开接口文档中的参数。",
            "请将 RequestId 提供给腾讯云技术支持，确认接口是否变更，或账号是否使用了其他版本。",
        ),
    ),
    Entry(
        "UnsupportedOperation",
        Who.OPERATOR,
        en=Text(
            "Not possible for this device or project",
            "TRRO does not offer this operation for the project or device as it is set up. Nothing was started.",
            "Check in the TRRO console that cloud recording is available for the project and that the "
            "device is a field device.",
        ),
        zh=Text(
            "不支持该操作",
            "以项目或设备目前的配置，TRRO 不支持该操作。没有开始录制。",
            "在 TRRO 控制台确认项目已支持云端录制，且该设备为现场设备。",
        ),
    ),
    Entry(
        "UnsupportedProtocol",
        Who.NETWORK_ADMIN,
        en=Text(
            "Protocol not allowed",
            "Tencent Cloud saw a protocol other than HTTPS POST, which is all that this system uses. "
            "Something on the way changes it.",
            "Look for a proxy or gateway that opens or downgrades HTTPS, and let calls to Tencent "
            "Cloud pass untouched.",
        ),
        zh=Text(
            "不支持的协议",
            "腾讯云收到的不是 HTTPS POST 请求，而本系统只使用 HTTPS POST，说明请求在途中被改动。",
            "检查是否有代理或网关解密、降级 HTTPS，并让发往腾讯云的请求原样通过。",
        ),
    ),
    Entry(
        "UnsupportedRegion",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Region not served",
            "TRRO is not offered in the region of the cloud account.",
            "Correct the account's region, or leave it empty: TRRO does not need one.",
        ),
        zh=Text(
            "不支持的地域",
            "TRRO 不在云账号所填的地域提供服务。",
            "请改正云账号的地域，或将其留空：TRRO 接口不要求地域。",
        ),
    ),
)

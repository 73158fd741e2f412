"""The vendor understood, and could or would not do it."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "CallbackUrlRefused",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Callback address refused",
            "TRRO understood and did not take the callback address or its signing key; its message may say why. "
            "Callbacks go where they went before.",
            "Check that this server's public address is right and can be reached from the internet by https. "
            "If it is refused again, give code and RequestId to the vendor's support.",
        ),
        zh=Text(
            "回调地址被拒绝",
            "TRRO 未接受该回调地址或其签名密钥，原因可能见返回信息。回调仍发往原来的地址。",
            "请确认本服务的公网地址正确，且可从互联网通过 https 访问；若再次被拒绝，请将错误码和 RequestId "
            "提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "FailedOperation",
        Who.OPERATOR,
        en=Text(
            "Operation failed",
            "TRRO tried and could not do it; its message says why, as far as it tells. Probably nothing is running, "
            "but Tencent Cloud does not promise that.",
            "Read the message. See that the device is online and publishes the stream, then try again. "
            "If it fails again, give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "操作失败",
            "TRRO 执行失败，原因见返回信息。录制很可能没有启动，但腾讯云并未对此作出承诺。",
            "阅读返回信息，确认设备在线且正在推送该视频流，然后重试；若再次失败，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "InternalError",
        Who.OPERATOR,
        en=Text(
            "Tencent Cloud internal error",
            "Something failed inside Tencent Cloud, and it responded with an error instead of a TaskId. Probably "
            "nothing is running, but Tencent Cloud does not promise that, so the call is repeated automatically only "
            "if the cloud account is set to do so.",
            "Check the device, then try again. If it comes back for some minutes, give the RequestId to Tencent Cloud "
            "support. If it did start after all, its TaskId appears under unclaimed tasks.",
        ),
        zh=Text(
            "腾讯云内部错误",
            "腾讯云内部出错，返回了错误而不是 TaskId。录制很可能没有启动，但腾讯云并未对此作出承诺，因此除非"
            "云账号开启了相应设置，系统不会自动重试。",
            "请先查看设备，再重试。若持续数分钟，请将 RequestId 提供给腾讯云技术支持。若录制其实已启动，其 TaskId "
            "会出现在待认领任务中。",
        ),
    ),
    Entry(
        "OperationDenied",
        Who.OPERATOR,
        en=Text(
            "Operation denied",
            "TRRO declines the operation in the present state of the project, the device or the "
            "account; its message says why. Nothing was started.",
            "Read the message. Check that the device is registered and in this project, that TRRO is "
            "not suspended for unpaid bills, and that the stream is not already recorded from "
            "elsewhere.",
        ),
        zh=Text(
            "操作被拒绝",
            "以项目、设备或账号的当前状态，TRRO 拒绝该操作，原因见返回信息。没有开始录制。",
            "阅读返回信息，确认设备已注册且属于该项目、TRRO 未因欠费停服，且该视频流没有被其他系统录制。",
        ),
    ),
    Entry(
        "ResourceInUse",
        Who.OPERATOR,
        en=Text(
            "In use",
            "What the call needs is taken, such as a stream that is already being recorded from elsewhere.",
            "Find out who records this device. Stop that recording if it is yours, then try again.",
        ),
        zh=Text(
            "资源被占用",
            "所需资源正被占用，例如该视频流正被其他系统录制。",
            "确认是谁在录制该设备；若该录制由您管理，请先停止，再重试。",
        ),
    ),
    Entry(
        "ResourceNotFound",
        Who.OPERATOR,
        en=Text(
            "Not found",
            "TRRO does not know what the call names. On a start: the project or device does not exist "
            "there. On a stop: the recording has already ended, or the TaskId belongs to another "
            "account.",
            "On a start, check project and device against the TRRO console. On a stop, look at the "
            "callbacks and files of the recording: if it has ended, nothing is left to stop.",
        ),
        zh=Text(
            "资源不存在",
            "TRRO 找不到调用所指的对象。开始录制时：项目或设备不存在。停止录制时：录制已经结束，或"
            " TaskId 属于其他账号。",
            "开始录制时，请对照 TRRO 控制台核对项目和设备；停止录制时，请查看该录制的回调和文件，若已结"
            "束则无需再停止。",
        ),
    ),
    Entry(
        "ResourceUnavailable",
        Who.OPERATOR,
        en=Text(
            "Not available now",
            "What the call needs exists but cannot be used at present, such as a device that is "
            "offline or a service that is suspended.",
            "Check that the device is online and publishes the stream. If it does, try again later, "
            "then give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "资源暂不可用",
            "所需资源存在但目前不可用，例如设备离线或服务被暂停。",
            "确认设备在线且正在推送视频流；若正常，请稍后重试，仍失败则将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "ServiceUnavailable",
        Who.NOBODY,
        en=Text(
            "TRRO is unavailable",
            "Tencent Cloud says that TRRO is out of service at the moment. Probably nothing is running, but it does "
            "not promise that.",
            "Wait and try again in a few minutes. If it lasts, look at Tencent Cloud's status page or "
            "ask the vendor's support.",
        ),
        zh=Text(
            "TRRO 服务暂不可用",
            "腾讯云告知 TRRO 目前不可用。录制很可能没有启动，但腾讯云并未对此作出承诺。",
            "请稍候，几分钟后重试；若持续不可用，请查看腾讯云服务状态页面或联系技术支持。",
        ),
    ),
)

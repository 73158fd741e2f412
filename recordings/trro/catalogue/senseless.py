"""Answers that came and make no sense: what was asked for may have happened."""

from recordings.trro.catalogue.entry import Entry, Text, Who
from recordings.trro.catalogue.lost import LOOK_FIRST, LOOK_FIRST_ZH

ENTRIES = (
    Entry(
        "AnswerLost.Status",
        Who.OPERATOR,
        en=Text(
            "Answered with an HTTP error",
            "Instead of the API an HTTP error answered; its number stands in the code. It can come "
            "from a gateway in front of TRRO after the recording was started.",
            LOOK_FIRST + " If it lasts, give time and RequestId, if there is one, to the vendor's support.",
        ),
        zh=Text(
            "返回 HTTP 错误",
            "收到的是 HTTP 错误而非接口应答，状态码见错误码。它可能来自 TRRO 前端的网关，而录制此时已经开始。",
            LOOK_FIRST_ZH + "若持续出现，请将时间和 RequestId（如有）提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "AnswerLost.Redirected",
        Who.OPERATOR,
        en=Text(
            "Sent elsewhere",
            "The answer asked to send the call to another address. That was not done, since the call "
            "carries secret keys. Tencent Cloud does not redirect: something between may have answered.",
            LOOK_FIRST + " Let the network admin look for a captive portal or proxy that redirects.",
        ),
        zh=Text(
            "应答要求重定向",
            "应答要求将调用转发到其他地址。调用中带有密钥，因此没有转发。腾讯云不会重定向，可能是中间设备作出的应答。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有认证门户或代理在做重定向。",
        ),
    ),
    Entry(
        "AnswerLost.NotHttp",
        Who.OPERATOR,
        en=Text(
            "Answer is not HTTP",
            "What came back is not HTTP, or has headers out of all bounds.",
            LOOK_FIRST + " Let the network admin look for a device that answers in place of Tencent Cloud.",
        ),
        zh=Text(
            "应答不是 HTTP",
            "收到的内容不是 HTTP 应答，或其头部严重异常。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有设备代替腾讯云应答。",
        ),
    ),
    Entry(
        "AnswerLost.TooLarge",
        Who.OPERATOR,
        en=Text(
            "Answer far too large",
            "The answer was larger than 1 MiB, which no TRRO answer is; reading was stopped.",
            LOOK_FIRST + " Let the network admin look for a device that answers in place of Tencent Cloud.",
        ),
        zh=Text(
            "应答过大",
            "应答超过 1 MiB，远大于任何 TRRO 应答，已停止读取。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有设备代替腾讯云应答。",
        ),
    ),
    Entry(
        "AnswerLost.BadEncoding",
        Who.OPERATOR,
        en=Text(
            "Answer cannot be unpacked",
            "The answer is compressed in a way that was not asked for, or its compression is broken.",
            LOOK_FIRST + " Let the network admin look for a proxy that recodes answers.",
        ),
        zh=Text(
            "应答无法解压",
            "应答使用了未请求的压缩方式，或压缩数据已损坏。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有代理改写应答。",
        ),
    ),
    Entry(
        "AnswerLost.Empty",
        Who.OPERATOR,
        en=Text(
            "Empty answer",
            "The answer says success and is empty.",
            LOOK_FIRST + " If it comes back, give the time of the call to the vendor's support.",
        ),
        zh=Text(
            "应答为空",
            "应答状态为成功，但内容为空。",
            LOOK_FIRST_ZH + "若再次出现，请将调用时间提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "AnswerLost.NotJson",
        Who.OPERATOR,
        en=Text(
            "Answer is not JSON",
            "What came back is not valid JSON: often a web page of a proxy or a portal in between.",
            LOOK_FIRST + " Let the network admin look for a device that answers in place of Tencent Cloud.",
        ),
        zh=Text(
            "应答不是 JSON",
            "收到的内容不是有效的 JSON，常见于中间的代理或认证门户返回了网页。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有设备代替腾讯云应答。",
        ),
    ),
    Entry(
        "AnswerLost.NoResponse",
        Who.OPERATOR,
        en=Text(
            "Not an answer of the API",
            "What came back is JSON, but not in the form of a Tencent Cloud answer.",
            LOOK_FIRST + " Let the network admin look for a device that answers in place of Tencent Cloud.",
        ),
        zh=Text(
            "不是接口应答",
            "收到的内容是 JSON，但不是腾讯云应答的格式。",
            LOOK_FIRST_ZH + "请网络管理员检查是否有设备代替腾讯云应答。",
        ),
    ),
    Entry(
        "AnswerLost.BadError",
        Who.OPERATOR,
        en=Text(
            "Error without a code",
            "The answer speaks of an error, but with no code that can be read.",
            LOOK_FIRST + " Give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "错误应答缺少错误码",
            "应答表示出错，但没有可识别的错误码。",
            LOOK_FIRST_ZH + "请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "AnswerLost.Contradiction",
        Who.OPERATOR,
        en=Text(
            "Error and TaskId at once",
            "The answer holds both an error and a TaskId, so it says both no and yes. The message names the TaskId.",
            LOOK_FIRST + " Give RequestId and TaskId to the vendor's support.",
        ),
        zh=Text(
            "应答自相矛盾",
            "应答中同时包含错误和 TaskId，既表示失败又表示成功。TaskId 见返回信息。",
            LOOK_FIRST_ZH + "请将 RequestId 和 TaskId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "AnswerLost.NoTaskId",
        Who.OPERATOR,
        en=Text(
            "No TaskId in the answer",
            "The answer says success but names no TaskId, without which the recording cannot be stopped from here.",
            LOOK_FIRST + " Give the RequestId to the vendor's support and ask for the TaskId.",
        ),
        zh=Text(
            "应答中没有 TaskId",
            "应答表示成功，但没有 TaskId；没有它就无法从本系统停止录制。",
            LOOK_FIRST_ZH + "请将 RequestId 提供给腾讯云技术支持，查询对应的 TaskId。",
        ),
    ),
    Entry(
        "AnswerLost.BadTaskId",
        Who.OPERATOR,
        en=Text(
            "TaskId unusable",
            "The answer holds a TaskId that cannot be one: empty, no text, too long, or with "
            "characters that do not belong in it.",
            LOOK_FIRST + " Give the RequestId to the vendor's support and ask for the TaskId.",
        ),
        zh=Text(
            "TaskId 无法使用",
            "应答中的 TaskId 不可能有效：为空、不是文本、过长，或包含不应出现的字符。",
            LOOK_FIRST_ZH + "请将 RequestId 提供给腾讯云技术支持，查询对应的 TaskId。",
        ),
    ),
    Entry(
        "AnswerLost.NoRequestId",
        Who.OPERATOR,
        en=Text(
            "No RequestId in the answer",
            "The answer holds no error, but no RequestId either, so nothing shows that TRRO has seen the call.",
            LOOK_FIRST,
        ),
        zh=Text(
            "应答中没有 RequestId",
            "应答中没有错误，但也没有 RequestId，无法确认 TRRO 是否收到调用。",
            LOOK_FIRST_ZH,
        ),
    ),
    Entry(
        "AnswerLost.Incomplete",
        Who.OPERATOR,
        en=Text(
            "Answer incomplete",
            "The answer lacks a part that the API promises, such as the list that was asked for.",
            "Ask again. If it comes back, give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "应答缺少内容",
            "应答缺少接口应返回的内容，例如所查询的列表。",
            "请重试；若再次出现，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
)

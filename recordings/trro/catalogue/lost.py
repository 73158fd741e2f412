"""Answers that never came, or not to their end: what was asked for may have happened."""

from recordings.trro.catalogue.entry import Entry, Text, Who

# What to do about every lost answer, since what it was about may have happened.
LOOK_FIRST = (
    "Do not start it again yet: it may be running and billed. Resolve the recording: its bucket is searched "
    "for files, which carry the TaskId, and a callback may still bring it. If nothing settles it, decide and "
    "give a reason. A stop or a list may simply be repeated."
)
LOOK_FIRST_ZH = (
    "先不要重新开始：录制可能已在进行并计费。请对该录制进行核实：系统会在存储桶中查找"
    "带有 TaskId 的文件，回调也可能随后送达。若仍无法确定，请人工判定并填写原因。"
    "停止录制和查询可以直接重试。"
)

ENTRIES = (
    Entry(
        "AnswerLost",
        Who.OPERATOR,
        en=Text(
            "Answer lost",
            "The request left this server, and no usable answer came back.",
            LOOK_FIRST,
        ),
        zh=Text(
            "未收到有效应答",
            "请求已经发出，但没有收到可用的应答。",
            LOOK_FIRST_ZH,
        ),
    ),
    Entry(
        "AnswerLost.Timeout",
        Who.OPERATOR,
        en=Text(
            "No answer in time",
            "The request left this server, and no answer came before the deadline.",
            LOOK_FIRST + " If it happens often, let the network admin check the line to Tencent Cloud.",
        ),
        zh=Text(
            "应答超时",
            "请求已经发出，但在期限内没有收到任何应答。",
            LOOK_FIRST_ZH + "若经常出现，请网络管理员检查到腾讯云的线路。",
        ),
    ),
    Entry(
        "AnswerLost.DeadlinePassed",
        Who.OPERATOR,
        en=Text(
            "Answer came too slowly",
            "An answer had begun to arrive, but so slowly that the deadline passed before its end.",
            LOOK_FIRST + " If it happens often, let the network admin check the line to Tencent Cloud.",
        ),
        zh=Text(
            "应答过慢",
            "应答已开始到达，但速度过慢，期限内未能收完。",
            LOOK_FIRST_ZH + "若经常出现，请网络管理员检查到腾讯云的线路。",
        ),
    ),
    Entry(
        "AnswerLost.Reset",
        Who.OPERATOR,
        en=Text(
            "Connection broke",
            "The connection ended after the request had begun to leave and before an answer came.",
            LOOK_FIRST + " If it happens often, let the network admin look for a firewall that cuts connections.",
        ),
        zh=Text(
            "连接中断",
            "请求开始发出之后、应答到达之前，连接中断。",
            LOOK_FIRST_ZH + "若经常出现，请网络管理员检查是否有防火墙切断连接。",
        ),
    ),
    Entry(
        "AnswerLost.Cut",
        Who.OPERATOR,
        en=Text(
            "Answer cut off",
            "The answer ended before its announced end.",
            LOOK_FIRST + " If it happens often, let the network admin check the line to Tencent Cloud.",
        ),
        zh=Text(
            "应答不完整",
            "应答在声明的长度之前就结束了。",
            LOOK_FIRST_ZH + "若经常出现，请网络管理员检查到腾讯云的线路。",
        ),
    ),
    Entry(
        "AnswerLost.Unexpected",
        Who.OPERATOR,
        en=Text(
            "Fault while reading the answer",
            "The request left, and this system failed while it read the answer.",
            LOOK_FIRST + " Report the code and the time: this is a fault of this system.",
        ),
        zh=Text(
            "读取应答时出错",
            "请求已经发出，但本系统在读取应答时出错。",
            LOOK_FIRST_ZH + "这是本系统的故障，请反馈错误码和发生时间。",
        ),
    ),
    Entry(
        "ProcessLost",
        Who.OPERATOR,
        en=Text(
            "Program ended during the call",
            "The process that made the call died, or gave no sign until its lease ran out. Whether the "
            "request left, and what was answered, is not known.",
            LOOK_FIRST + " An answer kept on disk is taken in at the next start.",
        ),
        zh=Text(
            "调用途中程序中断",
            "发起调用的进程已退出，或在租约到期前没有响应。请求是否发出、应答为何均不得而知。",
            LOOK_FIRST_ZH + "若应答已暂存于磁盘，下次启动时会自动补录。",
        ),
    ),
)

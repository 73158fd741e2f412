"""Codes of other TRRO functions (video annotation), listed by the SDK; no recording call should bring one."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "InvalidParameterValue.InvalidFilterRegex",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Filter pattern invalid",
            "TRRO could not use the pattern that filters a list of video files. It belongs to TRRO's "
            "annotation function, which this system does not use.",
            "No setting here causes it. Give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "过滤正则表达式非法",
            "TRRO 无法使用批量列举视频文件的过滤正则表达式。该错误属于 TRRO 的标注功能，本系统并未使用。",
            "与本系统的设置无关，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "InvalidParameterValue.InvalidHttpUrl",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Video address unusable",
            "TRRO could not fetch a video from the address given. It belongs to TRRO's annotation "
            "function, which this system does not use.",
            "No setting here causes it. Give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "视频地址不可用",
            "TRRO 无法从给定的地址获取视频。该错误属于 TRRO 的标注功能，本系统并未使用。",
            "与本系统的设置无关，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "InvalidParameterValue.NoVideoFiles",
        Who.OPERATOR,
        en=Text(
            "No video under this prefix",
            "TRRO found no video file under the prefix in the bucket. It belongs to TRRO's annotation "
            "function; for recordings made here it means at most that no file has been uploaded yet.",
            "Look at the recording's files here. If they should be there and are not, check its "
            "callbacks for upload errors.",
        ),
        zh=Text(
            "该前缀下没有视频文件",
            "TRRO 在存储桶的该前缀下没有找到视频文件。该错误属于 TRRO 的标注功能；对本系统的录制而言，"
            "至多说明文件尚未上传。",
            "查看该录制的文件列表；若文件应有而未有，请检查回调中是否有上传错误。",
        ),
    ),
    Entry(
        "InvalidParameterValue.UnsupportedVideoFormat",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Video format not supported",
            "A file is not of a video format that TRRO's annotation function can read. This system "
            "does not use that function.",
            "No setting here causes it. Give the RequestId to the vendor's support.",
        ),
        zh=Text(
            "视频格式不受支持",
            "文件不是 TRRO 标注功能支持的视频格式，而本系统并未使用该功能。",
            "与本系统的设置无关，请将 RequestId 提供给腾讯云技术支持。",
        ),
    ),
    Entry(
        "OperationDenied.AnnotationTypeNotEnabled",
        Who.VENDOR_SUPPORT,
        en=Text(
            "Annotation not enabled",
            "This mode of TRRO's annotation function is not open to the account. This system does not use it.",
            "No setting here causes it. Ask the vendor's support if you want the function.",
        ),
        zh=Text(
            "标注模式未开放",
            "该账号未开放 TRRO 的此种标注模式，而本系统并未使用标注功能。",
            "与本系统的设置无关；如需使用标注功能，请联系腾讯云技术支持。",
        ),
    ),
    Entry(
        "OperationDenied.TaskNotRetryable",
        Who.OPERATOR,
        en=Text(
            "Task cannot be retried",
            "The task is in a state in which TRRO does not retry it. It belongs to TRRO's annotation "
            "function; a recording is never retried at the vendor, but started anew.",
            'To record again, use "Try again" on the recording here: it makes a new one.',
        ),
        zh=Text(
            "任务当前状态不可重试",
            "任务处于不可重试的状态。该错误属于 TRRO 的标注功能；录制任务不会在腾讯云侧重试，只能重新开始。",
            "如需再次录制，请在本系统的录制详情中选择“重试”，系统会新建一条录制。",
        ),
    ),
)

"""The bucket that recordings are uploaded to."""

from recordings.trro.catalogue.entry import Entry, Text, Who

ENTRIES = (
    Entry(
        "FailedOperation.StorageCheckFailed",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Test upload to the bucket failed",
            "Before recording, TRRO tries whether it can write to the bucket, and that failed. Nothing was started.",
            "Test the storage credential on its page: bucket name, region, key, and the right to put "
            "objects. Correct what fails, then let the operator try again.",
        ),
        zh=Text(
            "存储连通性测试失败",
            "录制前 TRRO 会测试能否写入存储桶，测试未通过，没有开始录制。",
            "在存储页面进行测试，检查桶名、地域、密钥及写入对象的权限；修正后请操作员重试。",
        ),
    ),
    Entry(
        "InvalidParameterValue.InvalidRegion",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Bucket is in another region",
            "The region given for the storage is not the one the bucket is in.",
            "Look up the bucket's region in the COS or AWS console and correct it in the storage credential.",
        ),
        zh=Text(
            "存储地域与存储桶不符",
            "填写的存储地域与存储桶实际所在地域不一致。",
            "在 COS 或 AWS 控制台查看存储桶所在地域，并在存储中改正。",
        ),
    ),
    Entry(
        "InvalidParameterValue.StorageUnreachable",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Storage cannot be reached",
            "TRRO could not reach the storage at its address: the bucket does not exist there, its "
            "name or region is wrong, or it is closed to the outside.",
            "Check vendor, region and full bucket name (a COS name ends in -APPID). See that the "
            "bucket does not block Tencent's recorders.",
        ),
        zh=Text(
            "存储服务不可达",
            "TRRO 无法访问该存储地址：存储桶不存在、桶名或地域有误，或存储桶限制了外部访问。",
            "检查云厂商、地域和完整桶名（COS 桶名以 -APPID 结尾），并确认存储桶未拦截腾讯云录制服务的访问。",
        ),
    ),
    Entry(
        "UnauthorizedOperation.StorageAuthFailed",
        Who.CREDENTIAL_ADMIN,
        en=Text(
            "Bucket rejected the storage key",
            "The storage keys sent with the call were rejected by the bucket: the key is wrong, "
            "disabled, or has no right to write there. Nothing was started.",
            "Test the storage key on its page. Replace it if it is dead, or grant it the right to put "
            "objects into this bucket; then let the operator try again.",
        ),
        zh=Text(
            "存储密钥被拒绝",
            "调用中携带的存储密钥被存储桶拒绝：密钥错误、已禁用，或没有写入权限。没有开始录制。",
            "在存储页面测试该密钥；失效则更换，权限不足则授予该存储桶的写入权限，然后请操作员重试。",
        ),
    ),
)

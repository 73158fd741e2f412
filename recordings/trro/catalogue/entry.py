"""The form of an entry in the catalogue of error codes."""

from dataclasses import dataclass
from enum import Enum


class Who(Enum):
    """Who has to act; the value is the name of the role in English and in Chinese."""

    OPERATOR = ("Operator", "操作员")
    CREDENTIAL_ADMIN = ("Credential admin", "密钥管理员")
    NETWORK_ADMIN = ("Network admin", "网络管理员")
    VENDOR_SUPPORT = ("Tencent Cloud support", "腾讯云技术支持")
    NOBODY = ("Nobody: wait", "无需处理，请等待")

    def label(self, language: str) -> str:
        """The role's name: Chinese for a language `zh…`, else English."""
        english, chinese = self.value
        return chinese if is_chinese(language) else english


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads: a headline, what the code means, what to do."""

    title: str
    meaning: str
    action: str


UNCERTAIN = frozenset({"FailedOperation", "InternalError", "ProcessLost", "ServiceUnavailable"})
"""After these something may have been started all the same: TRRO began, or failed inside, and promises nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One error code."""

    code: str
    who: Who
    en: Text
    zh: Text

    @property
    def started_nothing(self) -> bool:
        """Whether the code means that certainly nothing was started: only then may a text say so."""
        return self.code not in UNCERTAIN and not self.code.startswith("AnswerLost")

    def text(self, language: str) -> Text:
        return self.zh if is_chinese(language) else self.en


def is_chinese(language: str) -> bool:
    """Whether a language tag such as `zh-CN` or `zh-hans` asks for Chinese."""
    return language.lower().startswith("zh")

"""Every error code that can come is explained, in both languages."""

import re
from pathlib import Path

import pytest
from tencentcloud.trro.v20220325 import errorcodes

import recordings.trro
from recordings.trro import catalogue
from recordings.trro.catalogue import CATALOGUE
from recordings.trro.catalogue.entry import Entry
from recordings.trro.errors import Who, explain, is_listed

# As the vendor's pages list them.
DOCUMENTED = """
InternalError InvalidParameterValue MissingParameter OperationDenied FailedOperation
FailedOperation.StorageCheckFailed FailedOperation.RestrictedConcurrency InvalidParameter
InvalidParameterValue.InvalidRegion InvalidParameterValue.StorageUnreachable
OperationDenied.LicensesNotEnoughError ResourceNotFound UnauthorizedOperation.StorageAuthFailed
ActionOffline AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.MFAFailure
AuthFailure.SecretIdNotFound AuthFailure.SignatureExpire AuthFailure.SignatureFailure AuthFailure.TokenFailure
AuthFailure.UnauthorizedOperation DryRunOperation InvalidAction InvalidRequest IpInBlacklist IpNotInWhitelist
LimitExceeded NoSuchProduct NoSuchVersion RequestLimitExceeded
RequestLimitExceeded.GlobalRegionUinLimitExceeded RequestLimitExceeded.IPLimitExceeded
RequestLimitExceeded.UinLimitExceeded RequestSizeLimitExceeded ResourceInUse ResourceInsufficient
ResourceUnavailable ResponseSizeLimitExceeded ServiceUnavailable UnauthorizedOperation UnknownParameter
UnsupportedOperation UnsupportedProtocol UnsupportedRegion
"""
OF_THE_SDK = [code for name, code in vars(errorcodes).items() if name.isupper()]
SOURCES = sorted(Path(recordings.trro.__file__).parent.glob("*.py"))
OURS = sorted(
    code
    for source in SOURCES
    for code in re.findall(r'"((?:NetworkError|AnswerLost|ClientError)\.\w+)"', source.read_text())
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "code", sorted({*DOCUMENTED.split(), *OF_THE_SDK, *OURS, "ProcessLost", "AnswerLost.Status502"})
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_code_is_explained_in_both_languages(code: str, language: str) -> None:
    assert is_listed(code)
    explained = explain(code, language)
    assert explained.code == code
    for text in (explained.title, explained.meaning, explained.action):
        assert text
        assert bool(CHINESE.search(text)) == (language != "en")


def test_sdk_has_codes_and_so_have_we() -> None:
    assert len(OF_THE_SDK) >= 17
    assert {"NetworkError.ConnectRefused", "AnswerLost.Timeout", "ClientError.NotSent"} <= set(OURS)


def test_every_code_has_one_entry() -> None:
    codes = [entry.code for family in catalogue._FAMILIES for entry in family.ENTRIES]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("UnauthorizedOperation.StorageAuthFailed", Who.CREDENTIAL_ADMIN),
        ("AuthFailure.SignatureExpire", Who.NETWORK_ADMIN),
        ("RequestLimitExceeded", Who.NOBODY),
        ("FailedOperation.RestrictedConcurrency", Who.OPERATOR),
        ("NetworkError.NameNotResolved", Who.NETWORK_ADMIN),
        ("AnswerLost.Timeout", Who.OPERATOR),
    ],
)
def test_the_one_who_can_act_is_named(code: str, who: Who) -> None:
    assert explain(code, "en").who is who
    assert who.label("en") != who.label("zh-CN")


def test_lost_answers_say_not_to_start_again() -> None:
    for code in CATALOGUE:
        if code.startswith("AnswerLost") and code != "AnswerLost.Incomplete":
            assert "Do not start it again yet" in explain(code, "en").action
            assert "先不要重新开始" in explain(code, "zh").action


def test_unlisted_suffix_falls_back_to_the_part_before_the_dot_and_says_so() -> None:
    known, fallen = explain("FailedOperation", "en"), explain("FailedOperation.NewOne", "en")
    assert fallen.title == known.title
    assert fallen.meaning.startswith(known.meaning)
    assert '"NewOne" is not known here' in fallen.meaning
    assert "“NewOne”未收录" in explain("FailedOperation.NewOne", "zh-CN").meaning


@pytest.mark.parametrize("code", ["", ".", "Nonsense", "Nonsense.More", "AnswerLost2"])
def test_unknown_code_is_said_to_be_unknown(code: str) -> None:
    assert not is_listed(code)
    assert explain(code, "en").title == "Code not known here"
    assert explain(code, "zh-hans").title == "未收录的错误码"


def test_language_is_chinese_or_else_english() -> None:
    assert CHINESE.search(explain("InternalError", "ZH-TW").title)
    assert not CHINESE.search(explain("InternalError", "fr").title)
    assert not CHINESE.search(explain("InternalError", "").title)


PROMISE = re.compile(r"nothing was (started|sent)|not started|did not start|没有开始|未开始|没有发送", re.IGNORECASE)
UNCERTAIN = ("InternalError", "InternalError.New", "FailedOperation", "FailedOperation.New", "ServiceUnavailable",
             "AnswerLost", "AnswerLost.Timeout", "AnswerLost.Status502", "ProcessLost", "Quite.New", "")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", UNCERTAIN)
def test_a_code_after_which_something_may_run_does_not_promise_that_nothing_was_started(
    code: str, language: str
) -> None:
    explained = explain(code, language)
    assert not explained.started_nothing
    for text in (explained.title, explained.meaning, explained.action):
        found = PROMISE.search(text)
        assert found is None or "probably" in text or "很可能" in text, text


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_only_a_code_that_is_certain_says_that_nothing_was_started(code: str) -> None:
    entry = CATALOGUE[code]
    says_so = any(re.search("nothing was started|没有开始", part, re.IGNORECASE) for part in texts_of(entry))
    assert entry.started_nothing or not says_so


def test_what_the_vendor_turns_away_before_it_acts_is_certain() -> None:
    for code in ("AuthFailure.SecretIdNotFound", "InvalidParameterValue", "FailedOperation.RestrictedConcurrency",
                 "RequestLimitExceeded", "NetworkError.ConnectRefused", "LimitExceeded"):  # fmt: skip
        assert explain(code, "en").started_nothing, code


def texts_of(entry: Entry) -> list[str]:
    return [part for text in (entry.en, entry.zh) for part in (text.title, text.meaning, text.action)]

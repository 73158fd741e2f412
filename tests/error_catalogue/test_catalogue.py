"""Every error code that a call can return is explained, in both languages."""

import re
from pathlib import Path

import pytest
from django.utils import translation
from tencentcloud.trro.v20220325 import errorcodes

import recordings.trro
from recordings.error_catalogue import CATALOGUE, FAMILIES, Explanation, Owner, explain, is_listed

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


def explain_in(language: str, code: str) -> Explanation:
    with translation.override(language):
        return explain(code)


@pytest.mark.parametrize(
    "code", sorted({*DOCUMENTED.split(), *OF_THE_SDK, *OURS, "ProcessLost", "AnswerLost.Status502"})
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_code_is_explained_in_both_languages(code: str, language: str) -> None:
    assert is_listed(code)
    explained = explain_in(language, code)
    assert explained.code == code
    for text in (explained.title, explained.meaning, explained.action):
        assert text
        assert bool(CHINESE.search(text)) == (language != "en")


def test_sdk_and_this_system_have_codes() -> None:
    assert len(OF_THE_SDK) >= 17
    assert {"NetworkError.ConnectRefused", "AnswerLost.Timeout", "ClientError.NotSent"} <= set(OURS)


def test_every_code_has_one_entry() -> None:
    codes = [entry.code for family in FAMILIES for entry in family.ENTRIES]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("UnauthorizedOperation.StorageAuthFailed", Owner.CREDENTIAL_ADMIN),
        ("AuthFailure.SignatureExpire", Owner.NETWORK_ADMIN),
        ("RequestLimitExceeded", Owner.NONE),
        ("FailedOperation.RestrictedConcurrency", Owner.OPERATOR),
        ("NetworkError.NameNotResolved", Owner.NETWORK_ADMIN),
        ("AnswerLost.Timeout", Owner.OPERATOR),
    ],
)
def test_owner_is_named_in_both_languages(code: str, owner: Owner) -> None:
    assert explain_in("en", code).owner is owner
    with translation.override("en"):
        english = str(owner.label)
    with translation.override("zh-hans"):
        assert str(owner.label) != english


def test_lost_responses_say_not_to_start_again() -> None:
    for code in CATALOGUE:
        if code.startswith("AnswerLost") and code != "AnswerLost.Incomplete":
            assert "Do not start it again yet" in explain_in("en", code).action
            assert "先不要重新开始" in explain_in("zh-hans", code).action


def test_unlisted_suffix_is_explained_by_the_part_before_the_dot() -> None:
    known, unlisted = explain_in("en", "FailedOperation"), explain_in("en", "FailedOperation.NewOne")
    assert unlisted.title == known.title
    assert unlisted.meaning.startswith(known.meaning)
    assert '"NewOne" is not listed' in unlisted.meaning
    assert "“NewOne”未收录" in explain_in("zh-hans", "FailedOperation.NewOne").meaning


@pytest.mark.parametrize("code", ["", ".", "Nonsense", "Nonsense.More", "AnswerLost2"])
def test_unlisted_code_is_called_unlisted(code: str) -> None:
    assert not is_listed(code)
    assert explain_in("en", code).title == "Unlisted error code"
    assert explain_in("zh-hans", code).title == "未收录的错误码"


def test_sentences_of_an_action_are_joined_as_the_language_writes_them() -> None:
    first, second = map(str, CATALOGUE["AnswerLost.Timeout"].action)
    assert explain_in("en", "AnswerLost.Timeout").action == f"{first} {second}"
    assert " 若" not in explain_in("zh-hans", "AnswerLost.Timeout").action


PROMISE = re.compile(r"nothing was (started|sent)|not started|did not start|没有开始|未开始|没有发送", re.IGNORECASE)
UNCERTAIN = ("InternalError", "InternalError.New", "FailedOperation", "FailedOperation.New", "ServiceUnavailable",
             "AnswerLost", "AnswerLost.Timeout", "AnswerLost.Status502", "ProcessLost", "Quite.New", "")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(UNCERTAIN))
def test_a_code_after_which_something_may_run_does_not_promise_that_nothing_was_started(
    code: str, language: str
) -> None:
    explained = explain_in(language, code)
    assert not explained.started_nothing
    for text in (explained.title, explained.meaning, explained.action):
        found = PROMISE.search(text)
        assert found is None or "probably" in text or "很可能" in text, text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_only_a_certain_code_says_that_nothing_was_started(code: str, language: str) -> None:
    explained = explain_in(language, code)
    texts = (explained.title, explained.meaning, explained.action)
    says_so = any(re.search("nothing was started|没有开始", text, re.IGNORECASE) for text in texts)
    assert explained.started_nothing or not says_so


def test_codes_that_refuse_the_call_are_certain() -> None:
    for code in ("AuthFailure.SecretIdNotFound", "InvalidParameterValue", "FailedOperation.RestrictedConcurrency",
                 "RequestLimitExceeded", "NetworkError.ConnectRefused", "LimitExceeded"):  # fmt: skip
        assert explain_in("en", code).started_nothing, code

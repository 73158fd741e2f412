"""Kinds of parameters; each checks one value. `parameters` puts them together."""

import re
from dataclasses import dataclass

from recordings.sandbox.errors import ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string that matches `pattern` whole, or is one of `choices`."""

    required: bool = True
    pattern: str = r"[\s\S]*"
    choices: tuple[str, ...] = ()
    default: str | None = None

    def check(self, name: str, given: object) -> str:
        """The string. Raises ApiError InvalidParameter or InvalidParameterValue."""
        if not isinstance(given, str):
            raise wrong_type(name, "a string")
        if self.choices and given not in self.choices:
            raise _wrong_value(name, f"must be one of {', '.join(self.choices)}")
        if not re.fullmatch(self.pattern, given):
            raise _wrong_value(name, f"must match {self.pattern}")
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number from `low` to `high`, both allowed."""

    required: bool = True
    low: int = 0
    high: int | None = None
    default: int | None = None

    def check(self, name: str, given: object) -> int:
        """The number. Raises ApiError InvalidParameter or InvalidParameterValue."""
        if not isinstance(given, int) or isinstance(given, bool):
            raise wrong_type(name, "an integer")
        if given < self.low or (self.high is not None and given > self.high):
            upper = "" if self.high is None else f" and at most {self.high}"
            raise _wrong_value(name, f"must be at least {self.low}{upper}")
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number from 0 to `high`, with or without a fraction; for the control endpoint only."""

    required: bool = True
    high: float | None = None

    def check(self, name: str, given: object) -> float:
        """The number. Raises ApiError InvalidParameter or InvalidParameterValue."""
        if not isinstance(given, int | float) or isinstance(given, bool):
            raise wrong_type(name, "a number")
        if given < 0 or (self.high is not None and given > self.high):
            raise _wrong_value(name, "is out of range")
        return float(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """True or false; for the control endpoint only."""

    required: bool = True

    def check(self, name: str, given: object) -> bool:
        """The truth. Raises ApiError InvalidParameter."""
        if not isinstance(given, bool):
            raise wrong_type(name, "true or false")
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class TextList:
    """A list of strings that each match `pattern` whole."""

    required: bool = True
    pattern: str

    def check(self, name: str, given: object) -> list[str]:
        """The list. Raises ApiError InvalidParameter or InvalidParameterValue."""
        if not isinstance(given, list):
            raise wrong_type(name, "a list of strings")
        one = Text(pattern=self.pattern)
        return [one.check(f"{name}.{place}", item) for place, item in enumerate(given)]


def wrong_type(name: str, expected: str) -> ApiError:
    """The vendor's error for a value of another type than `expected`."""
    return ApiError("InvalidParameter", f"The parameter `{name}` must be {expected}.")


def _wrong_value(name: str, expected: str) -> ApiError:
    return ApiError("InvalidParameterValue", f"The parameter `{name}` {expected}.")

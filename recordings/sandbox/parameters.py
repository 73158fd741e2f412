"""Kinds of parameters, and the check of a call's parameters against them; the table of actions is `rules`."""

import re
from collections.abc import Mapping
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
            raise _wrong_type(name, "a string")
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
            raise _wrong_type(name, "an integer")
        if given < self.low or (self.high is not None and given > self.high):
            raise _wrong_value(
                name, f"must be at least {self.low}" + (f" and at most {self.high}" if self.high else "")
            )
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class TextList:
    """A list of strings that each match `pattern` whole."""

    required: bool = True
    pattern: str

    def check(self, name: str, given: object) -> list[str]:
        """The list. Raises ApiError InvalidParameter or InvalidParameterValue."""
        if not isinstance(given, list):
            raise _wrong_type(name, "a list of strings")
        one = Text(pattern=self.pattern)
        return [one.check(f"{name}.{place}", item) for place, item in enumerate(given)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An object with parameters of its own."""

    required: bool = True
    rules: "Mapping[str, Rule]"

    def check(self, name: str, given: object) -> "Checked":
        """The object's parameters. Raises ApiError."""
        return checked(given, self.rules, within=name)


Rule = Text | Integer | TextList | Group


class Checked:
    """Parameters that passed, with the defaults filled in; absent strings and lists read as empty."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._integers: dict[str, int] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._groups: dict[str, Checked] = {}

    def keep(self, name: str, value: "str | int | list[str] | Checked") -> None:
        """Add one that passed."""
        match value:
            case str():
                self._texts[name] = value
            case int():
                self._integers[name] = value
            case list():
                self._lists[name] = tuple(value)
            case Checked():
                self._groups[name] = value

    def text(self, name: str) -> str:
        """A string, empty when it was not given."""
        return self._texts.get(name, "")

    def integer(self, name: str) -> int:
        """A number. Raises KeyError when it was not given and has no default."""
        return self._integers[name]

    def optional_integer(self, name: str) -> int | None:
        """A number, None when it was not given."""
        return self._integers.get(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings, empty when it was not given."""
        return self._lists.get(name, ())

    def group(self, name: str) -> "Checked":
        """An object. Raises KeyError when it was not given."""
        return self._groups[name]


def checked(given: object, rules: Mapping[str, Rule], *, within: str = "") -> Checked:
    """Hold a call's parameters against the rules; the first fault found counts, a null counts as absent.

    Raises ApiError UnknownParameter, MissingParameter, InvalidParameter (type) or InvalidParameterValue.
    """
    if not isinstance(given, dict):
        raise _wrong_type(within or "the body", "an object")
    dotted = within + "." if within else ""
    present = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if name not in rules:
            raise ApiError("UnknownParameter", f"The parameter `{dotted}{name}` is not recognized.")
    values = Checked()
    for name, rule in rules.items():
        if name in present:
            values.keep(name, rule.check(dotted + name, present[name]))
        elif rule.required:
            raise ApiError("MissingParameter", f"The required parameter `{dotted}{name}` is missing.")
        elif isinstance(rule, Text | Integer) and rule.default is not None:
            values.keep(name, rule.default)
    return values


def _wrong_type(name: str, wanted: str) -> ApiError:
    return ApiError("InvalidParameter", f"The parameter `{name}` must be {wanted}.")


def _wrong_value(name: str, wanted: str) -> ApiError:
    return ApiError("InvalidParameterValue", f"The parameter `{name}` {wanted}.")

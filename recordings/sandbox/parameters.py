"""The check of a call's parameters against the rules of its action, and what comes out of it.

The rules of the API are in `rules`, those of the control endpoint in `control_routes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recordings.sandbox.errors import ApiError
from recordings.sandbox.kinds import Flag, Integer, Number, Text, TextList, wrong_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An object with parameters of its own."""

    required: bool = True
    rules: "Mapping[str, Rule]"

    def check(self, name: str, given: object) -> "Checked":
        """The object's parameters. Raises ApiError."""
        return checked(given, self.rules, within=name)


Rule = Text | Integer | Number | Flag | TextList | Group


class Checked:
    """Parameters that passed, with the defaults filled in; absent strings and lists read as empty."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._flags: dict[str, bool] = {}
        self._integers: dict[str, int] = {}
        self._numbers: dict[str, float] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._groups: dict[str, Checked] = {}

    def keep(self, name: str, value: "str | int | float | list[str] | Checked") -> None:
        """Add one that passed."""
        match value:
            case str():
                self._texts[name] = value
            case bool():
                self._flags[name] = value
            case int():
                self._integers[name] = value
            case float():
                self._numbers[name] = value
            case list():
                self._lists[name] = tuple(value)
            case Checked():
                self._groups[name] = value

    def text(self, name: str) -> str:
        """A string, empty when it was not given."""
        return self._texts.get(name, "")

    def flag(self, name: str) -> bool | None:
        """True, false, or None when it was not given."""
        return self._flags.get(name)

    def integer(self, name: str) -> int:
        """A whole number. Raises KeyError when it was not given and has no default."""
        return self._integers[name]

    def optional_integer(self, name: str) -> int | None:
        """A whole number, None when it was not given."""
        return self._integers.get(name)

    def number(self, name: str) -> float:
        """A number. Raises KeyError when it was not given."""
        return self._numbers[name]

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
        raise wrong_type(within or "the body", "an object")
    dotted = within + "." if within else ""
    for name in given:
        if name not in rules:
            raise ApiError("UnknownParameter", f"The parameter `{dotted}{name}` is not recognized.")
    values = Checked()
    for name, rule in rules.items():
        if given.get(name) is not None:
            values.keep(name, rule.check(dotted + name, given[name]))
        elif rule.required:
            raise ApiError("MissingParameter", f"The required parameter `{dotted}{name}` is missing.")
        elif isinstance(rule, Text | Integer) and rule.default is not None:
            values.keep(name, rule.default)
    return values

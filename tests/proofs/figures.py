"""Figures that proofs collect, printed as one table after the tests. They travel with the tests' reports."""

from dataclasses import dataclass
from typing import Any

import pytest

PROPERTY = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one test counted. Not judged here: a figure is printed, an assertion is in the test."""

    node: pytest.Item

    def add(self, name: str, value: object, note: str = "") -> None:
        """One line of the table; a float is shown with two decimals."""
        shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
        self.node.user_properties.append((PROPERTY, (self.node.name, name, shown, note)))


def print_figures(reporter: pytest.TerminalReporter) -> None:
    """The table of every figure of this run; nothing when there are none."""
    lines = [line for report in _reports(reporter) for name, line in report.user_properties if name == PROPERTY]
    if not lines:
        return
    reporter.section("figures")
    width = max(len(name) for _, name, _, _ in lines)
    last_test = ""
    for test, name, value, note in lines:
        if test != last_test:
            reporter.write_line(test)
            last_test = test
        reporter.write_line(f"    {name:<{width}}  {value:>12}  {note}".rstrip())


def _reports(reporter: pytest.TerminalReporter) -> list[Any]:
    return [
        report
        for outcome in ("passed", "failed")
        for report in reporter.stats.get(outcome, [])
        if getattr(report, "when", "") == "call"
    ]

"""What tests have measured is told at the end, wherever they ran: `record_property(MEASURED, "…")`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

MEASURED = "measured"


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """A line for each figure, below the name of its test."""
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.getreports(outcome)]
    told = [(one.nodeid, [value for name, value in one.user_properties if name == MEASURED]) for one in reports]
    if any(figures for _, figures in told):
        terminalreporter.section("Measured")
    for test, figures in told:
        if figures:
            terminalreporter.line(test)
        for figure in figures:
            terminalreporter.line(f"  {figure}")

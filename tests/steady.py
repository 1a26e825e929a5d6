"""A pytest plugin (`-p tests.steady`): properties try the same examples every time, and few of them.

For mutation testing, where a test runs thousands of times and chance must not decide. It also has coverage count in the
processes that tests start, if a file of its settings is named.
"""

import os

from hypothesis import HealthCheck, settings

WATCHED = "WATCHED_WITH"
"""The environment's word for those settings."""

settings.register_profile(
    "steady",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("steady")


def pytest_runtest_setup() -> None:
    """Not before: the processes that run the tests are counted by pytest-cov."""
    if WATCHED in os.environ:
        os.environ["COVERAGE_PROCESS_START"] = os.environ[WATCHED]

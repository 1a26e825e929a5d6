"""A pytest plugin (`-p tests.steady`): properties try the same examples every time, and few of them.

For mutation testing, where a test runs thousands of times and chance must not decide.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("steady")

"""A mission's day in less than a minute: `make soak` is the long one."""

from pathlib import Path

from tests.e2e.soak import Soak, verdict

SLACK = {"memory": 30.0, "handles": 12.0, "WAL at most": 64_000_000.0}
"""Wide enough for a machine that does other things as well. A log that never begins anew is twice as long by then."""


async def test_a_day_of_taps_places_and_photos_leaves_nothing_behind(tmp_path: Path) -> None:
    async with Soak(tmp_path, people_aboard=120, each_second=8.0) as soak:
        await soak.run_for(40)
        assert verdict(soak.samples, SLACK) == [], [sample.told() for sample in soak.samples[::5]]
        passed = soak.passed()
    assert {key: count for key, count in passed.items() if key.endswith("of old")} == {
        "updates of old": 0, "letters of old": 0, "positions of old": 0
    }  # fmt: skip
    assert passed["digests"] > 0
    assert passed["copies"] == 1
    assert passed["photos"] > 0
    assert passed["parked"] == 0

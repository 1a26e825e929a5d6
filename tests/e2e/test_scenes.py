"""The scenes that come with Fieldpost, played to their end on the stage itself: each is a test."""

from pathlib import Path

import pytest

from demo.player import StepError
from demo.scene import read_scene
from demo.stage_hands import StageHands
from tests.e2e.playing import on_stage, player_of, rows

FAILED = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'parked'), (SELECT count(*) FROM outbox WHERE state = 'refused')"
)


@pytest.mark.parametrize("name", ["8-june", "announcement", "change", "election-day"])
async def test_a_day_is_played_to_its_end_and_nothing_fails(tmp_path: Path, name: str) -> None:
    async with on_stage(tmp_path, name) as stage:
        await player_of(stage).run()
        assert rows(stage, FAILED) == [(0, 0)]
        assert stage.telegram.calls.totals["sendMessage", 200] > 0


async def test_in_bad_networks_what_was_said_is_there_once(tmp_path: Path) -> None:
    async with on_stage(tmp_path, "bad-network") as stage:
        await player_of(stage).run()
        said = rows(stage, "SELECT body, count(*) FROM log_entry GROUP BY body ORDER BY body")
        assert [count for _, count in said] == [1] * len(said)
        words = {body for body, _ in said}
        assert "1013 international observers are accredited." in words
        assert "Партия намерена снижать административные барьеры." in words
        late = rows(stage, "SELECT said_at FROM log_entry WHERE body LIKE '%12 регионов%'")
        assert late[0][0].startswith("2019-06-08T03:50")  # when it was typed, not when the network came back
        assert rows(stage, FAILED) == [(0, 0)]
        assert stage.bot is not None
        assert stage.bot.starts == 2


async def test_a_scene_that_is_not_as_told_fails_at_its_line(tmp_path: Path) -> None:
    async with on_stage(tmp_path, "check-in") as stage:
        player = player_of(stage)
        text = '[people.observer]\nreference = "O001"\n[[step]]\nwho = "observer"\nstart = true\n'
        wrong = read_scene(text + '[[step]]\nwho = "observer"\nmisses = "Observer 001"\n', "wrong", tmp_path)
        player.scene = wrong
        with pytest.raises(StepError, match=r"line 6, step 2: 'Observer 001' is there"):
            await player.run()
        assert player.at == 1


async def test_the_player_plays_steps_and_stands_still_when_told(tmp_path: Path) -> None:
    async with on_stage(tmp_path, "check-in") as stage:
        player = player_of(stage)
        await player.order("step")
        assert (player.at, player.playing) == (1, False)
        await player.order("play")
        await stage.telegram.polled(20)
        await player.order("pause")
        stood, playing = player.at, player.playing
        assert not playing
        await player.order("step")
        assert player.at == stood + 1
        assert isinstance(player.hands, StageHands)
        with pytest.raises(ValueError, match="play, pause or step"):
            await player.order("dance")

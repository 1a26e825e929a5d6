"""Updates that nobody would send: as Telegram's types allow them, and as they do not."""

import random
from copy import deepcopy
from typing import Any

from domain.button import PAYLOADS, VERSION, encode
from tests.wander.phones import forged

Json = dict[str, Any]
WORDS = (
    "", " ", "/start", "/start x", "/programme", "/programme 2019-06-08", "/checkin", "/log", "/meeting", "/live",
    "/cancel", "/people", "/settings", "/me", "/digest 9999-99-99", "/nonsense@other_bot", "/" * 300, "<b>",
    "</b><script>", "&amp;&lt;", "\u202e\u0000\ufeff", "А" * 4096, "💣" * 2000, "51.1694, 71.4491", "91, 181",
    "-0.0, -0.0", "\n" * 50, "%s {} {0} %n",
    "09:30", "25:61", "tomorrow 9am", "'; DROP TABLE person; --",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31, 2**53, -(2**63), 2**63 - 1, 2**64 - 1, 0.5, -1e308)
ODD: tuple[Any, ...] = (None, True, "", "x", [], {}, [[]], [{}], {"id": {}}, *NUMBERS)
MAY = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip
MAY_AS_ADMINISTRATOR = (
    "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip


class Fuzzer:
    """Makes updates from one seed."""

    def __init__(self, seed: int, people: list[int]) -> None:
        self.chance = random.Random(seed)
        self._people = people
        self._number = 1000

    def valid(self) -> Json:
        """An update whose fields have the types that Telegram documents."""
        kinds = (self._message, self._edit, self._tap, self._membership, self._unasked)
        return self.chance.choices(kinds, (8, 4, 8, 4, 1))[0]()

    def broken(self) -> Json:
        """An update of which something is not as documented."""
        update = self.valid()
        for _ in range(self.chance.randint(1, 3)):
            self._break(update)
        return update

    def _break(self, update: Json) -> None:
        """Put something odd somewhere in it, or take something away."""
        spot: Any = update
        for _ in range(self.chance.randint(1, 6)):
            inside = [value for value in _values(spot) if isinstance(value, dict | list) and value]
            if not inside:
                break
            spot = self.chance.choice(inside)
        key: Any = self.chance.choice(list(spot) if isinstance(spot, dict) else range(len(spot)))
        if self.chance.random() < 0.1 and len(spot) > 1:
            spot.pop(key)
        else:
            spot[key] = deepcopy(self.chance.choice(ODD))

    def _user(self) -> Json:
        return {
            "id": self.chance.choice([*self._people, 666, 7_000_000_000]),
            "is_bot": False,
            "first_name": self.chance.choice(WORDS)[:64] or "x",
            **self._some(
                username=self.chance.choice(("a_b", "x" * 32)), language_code=self.chance.choice(("en", "zz", ""))
            ),
        }

    def _some(self, **values: Any) -> Json:
        return {key: value for key, value in values.items() if self.chance.random() < 0.4}

    def _chat(self, user: Json) -> Json:
        if self.chance.random() < 0.25:
            return self._group()
        return {"id": user["id"], "type": "private", "first_name": user["first_name"]}

    def _group(self) -> Json:
        kind, number = self.chance.choice((("supergroup", -100123), ("supergroup", -100124), ("group", -55)))
        title = self.chance.choice(WORDS)[:100] or "x"
        return {
            "id": number,
            "type": kind,
            "title": title,
            **self._some(**({"is_forum": True} if number < -99 else {})),
        }

    def _bare_message(self) -> Json:
        user = self._user()
        chat = self._chat(user)
        self._number += 1
        return {
            "message_id": self.chance.choice((self._number, 1, 2**31 - 1)),
            "date": self.chance.choice((1559964600, 1, 2**31 - 1)),
            **({"from": user} if chat["id"] > 0 or self.chance.random() < 0.9 else {"sender_chat": chat}),
            "chat": chat,
            **(self._some(message_thread_id=7, is_topic_message=True) if chat["id"] < 0 else {}),
        }

    def _message(self) -> Json:
        return {"message": {**self._bare_message(), **self._around(), **self._content()}}

    def _edit(self) -> Json:
        return {
            "edited_message": {**self._bare_message(), "edit_date": 1559964700, **self._around(), **self._content()}
        }

    def _around(self) -> Json:
        """What may go with any content."""
        origin = self.chance.choice(
            (
                {"type": "user", "sender_user": self._user()},
                {"type": "hidden_user", "sender_user_name": self.chance.choice(WORDS)},
                {"type": "chat", "sender_chat": self._group()},
                {"type": "channel", "chat": {"id": -100777, "type": "channel", "title": "x"}, "message_id": 5},
            )
        )
        return {
            **(self._some(reply_to_message={**self._bare_message(), "text": "x"}) if self._seldom() else {}),
            **(self._some(forward_origin={**origin, "date": 1}) if self._seldom() else {}),
            **(self._some(media_group_id=self.chance.choice(("1", "2"))) if self._seldom() else {}),
        }

    def _seldom(self) -> bool:
        return self.chance.random() < 0.4

    def _content(self) -> Json:
        make = self.chance.choice((self._words, self._words, self._place, self._file, self._file, self._other))
        return make() if self.chance.random() < 0.9 else self._service()

    def _words(self) -> Json:
        text = self.chance.choice(WORDS) or "x"
        if text.startswith("/") and self.chance.random() < 0.9:
            return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(" ")[0])}]}
        return {"text": text, **self._some(entities=self._entities())}

    def _entities(self) -> list[Json]:
        offset, length = self.chance.choice(((0, 1), (0, 4000), (4000, 9)))
        kinds: tuple[Json, ...] = (
            {"type": "url"},
            {"type": "bold"},
            {"type": "text_link", "url": "https://example.org/"},
            {"type": "text_mention", "user": self._user()},
            {"type": "pre", "language": "python"},
            {"type": "custom_emoji", "custom_emoji_id": "5"},
            {"type": "something_new"},
        )
        return [{"offset": offset, "length": length, **kind} for kind in self.chance.sample(kinds, 2)]

    def _place(self) -> Json:
        location = {"latitude": self.chance.uniform(-90, 90), "longitude": self.chance.uniform(-180, 180)}
        if self.chance.random() < 0.3:
            text = self.chance.choice(WORDS)
            return {"venue": {"location": location, "title": text, "address": text}, "location": location}
        live = self._some(horizontal_accuracy=1500.0, live_period=self.chance.choice((60, 2**31 - 1)), heading=360)
        return {"location": {**location, **live}}

    def _file(self) -> Json:
        text = self.chance.choice(WORDS)
        file: Json = {"file_id": "f", "file_unique_id": "u", **self._some(file_size=self.chance.choice((3, 2**40)))}
        seen = {**file, "width": 1, "height": 1}
        named = self._some(file_name=f"../{text}.csv", mime_type=self.chance.choice(("text/csv", "x")))
        document = {**file, **named}
        content = self.chance.choice(
            (
                {"photo": [{**seen, "file_id": "small"}, seen]},
                {"document": document},
                {"voice": {**file, "duration": 1, **self._some(mime_type="audio/ogg")}},
                {"video": {**seen, "duration": 1, **named}},
                {"audio": {**file, "duration": 1, **named}},
                {"animation": {**seen, "duration": 1, **named}, "document": document},
                {"video_note": {**file, "length": 1, "duration": 1}},
            )
        )
        return {**content, **self._some(caption=text, caption_entities=self._entities())}

    def _other(self) -> Json:
        text = self.chance.choice(WORDS) or "x"
        sticker = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
        poll: Json = {
            "id": "1", "question": text, "options": [{"text": text, "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }  # fmt: skip
        return self.chance.choice(
            (
                {"contact": {"phone_number": text, "first_name": text, **self._some(user_id=666)}},
                {"dice": {"emoji": "🎲", "value": 6}},
                {"sticker": {"file_id": "f", "file_unique_id": "u", **sticker}},
                {"poll": poll},
                {},
                {"something_new": {"from": 5}},
            )
        )

    def _service(self) -> Json:
        title = self.chance.choice(WORDS)[:100] or "x"
        return self.chance.choice(
            (
                {"new_chat_members": [self._user()]},
                {"left_chat_member": self._user()},
                {"new_chat_title": title},
                {"delete_chat_photo": True},
                {"supergroup_chat_created": True},
                {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
                {"migrate_to_chat_id": -100999},
                {"migrate_from_chat_id": -55},
                {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
                {"pinned_message": {**self._bare_message(), "text": "x"}},
                {"forum_topic_created": {"name": title, "icon_color": 7322096}},
                {"forum_topic_edited": self._some(name=title)},
                {"forum_topic_closed": {}},
                {"forum_topic_reopened": {}},
                {"general_forum_topic_hidden": {}},
                {"write_access_allowed": {}},
            )
        )

    def _tap(self) -> Json:
        message = {**self._bare_message(), "text": "x"}
        if self.chance.random() < 0.1:
            message = {"message_id": 1, "date": 0, "chat": message["chat"]}
        self._number += 1
        data = self.chance.choice((self._data, self._data, self._garbage))()
        return {
            "callback_query": {
                "id": str(self._number),
                "from": self._user(),
                "chat_instance": "1",
                **({"data": data} if self.chance.random() < 0.95 else {"game_short_name": "g"}),
                **({"message": message} if self.chance.random() < 0.9 else {"inline_message_id": "i"}),
            }
        }

    def tap(self) -> Json:
        """A tap on a button of any kind there is, somebody else's, an old version's or nobody's."""
        update = self._tap()
        update["callback_query"]["data"] = self.chance.choice((self._forged, self._forged, self._forged, self._bent))()
        return update

    def _forged(self) -> str:
        numbers = (
            *(self.chance.choice((0, 1, 2, 3, 5, 9, 40, 2**31)) for _ in range(3)),
            self.chance.choice((1, 2**62)),
        )
        numbers = tuple(self.chance.sample(numbers, 4))
        return encode(forged(self.chance.choice(PAYLOADS), numbers))

    def _bent(self) -> str:
        data = list(self._forged())
        for _ in range(self.chance.randint(1, 4)):
            data[self.chance.randrange(len(data))] = self.chance.choice(":0119-azA_\u0417\u0000 ")
        return "".join(data)[:32]

    def _data(self) -> str:
        code = self.chance.choice(PAYLOADS).code
        values = ("0", "1", "2", "3", "9", "999999999", "a", "w", "c", "p", "en", "ru", "2019-06-08", "", "-1", "x")
        return ":".join((VERSION, code, *(self.chance.choice(values) for _ in range(self.chance.randint(0, 4)))))[:64]

    def _garbage(self) -> str:
        return self.chance.choice((*WORDS, "0:ci:1:a", "2:ci:1:a", ":::::", "1:", "1:ci:" + "9" * 50))[:32] or "x"

    def _membership(self) -> Json:
        user = self._user()
        return {
            "my_chat_member": {
                "chat": self.chance.choice((self._group, lambda: self._chat(user)))(),
                "from": user,
                "date": 1559964600,
                "old_chat_member": self._member(),
                "new_chat_member": self._member(),
            }
        }

    def _member(self) -> Json:
        """What the bot is in a chat."""
        status = self.chance.choice(("member", "kicked", "left", "restricted", "administrator"))
        more: Json = {}
        if status == "kicked":
            more = {"until_date": 0}
        elif status == "restricted":
            more = {"until_date": 0, "is_member": self._coin(), **{may: self._coin() for may in MAY}}
        elif status == "administrator":
            more = {"can_be_edited": False, **{may: self._coin() for may in MAY_AS_ADMINISTRATOR}}
            more |= self._some(can_pin_messages=self._coin(), can_manage_topics=self._coin())
        return {"user": {"id": 1, "is_bot": True, "first_name": "b"}, "status": status, **more}

    def _coin(self) -> bool:
        return self.chance.random() < 0.5

    def _unasked(self) -> Json:
        """What another program with the same token asked for a moment ago."""
        user, group = self._user(), self._group()
        channel = {"id": -100777, "type": "channel", "title": "x"}
        change = {"chat": group, "from": user, "date": 1559964600}
        return self.chance.choice(
            (
                {"chat_member": {**change, "old_chat_member": self._member(), "new_chat_member": self._member()}},
                {"channel_post": {"message_id": 1, "date": 1559964600, "chat": channel, "text": "/start"}},
                {"message_reaction": {**change, "user": user, "message_id": 1, "old_reaction": [], "new_reaction": []}},
                {"inline_query": {"id": "1", "from": user, "query": "x", "offset": ""}},
                {"something_new": {"from": user, "text": "/start"}},
            )
        )


def _values(spot: Any) -> list[Any]:
    return list(spot.values() if isinstance(spot, dict) else spot)

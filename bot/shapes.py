"""What an update must look like before anything is made of it: of each thing Telegram sends, the fields that are read.

Whatever else is there is not looked at, so that Telegram may add to it; who reads one field more adds its line here.
Bounds are Telegram's own (https://core.telegram.org/bots/api), and ids are what a database holds.
No enumerations: a new kind of anything is Telegram's to add, and msgspec would quote the value that it does not know.
"""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert

MOST = 2**63 - 1
"""The largest number that SQLite keeps."""
Id = Annotated[int, Meta(ge=-(2**63), le=MOST)]
PersonId = Annotated[int, Meta(ge=1, le=MOST)]
"""Nobody has the number of a group."""
Count = Annotated[int, Meta(ge=0, le=MOST)]
Moment = Annotated[int, Meta(ge=0, le=2**32 - 1)]
"""Unix time; 0 stands in messages that are too old to be read."""
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Metres = Annotated[float, Meta(ge=0, le=1500)]


class UnfitError(Exception):
    """An update is not what Telegram documents. The message names places and types, never a value."""


class User(Struct):
    """Somebody; without the first three the library makes nobody."""

    id: PersonId
    is_bot: bool
    first_name: str
    username: str | UnsetType = UNSET
    language_code: str | UnsetType = UNSET


class Chat(Struct):
    """A private chat, a group, a channel."""

    id: Id
    type: str
    title: str | UnsetType = UNSET
    is_forum: bool | UnsetType = UNSET


class Spot(Struct):
    """A message that another thing points at: the one with the button, the one that is answered."""

    message_id: Count
    chat: Chat
    date: Moment
    message_thread_id: Count | UnsetType = UNSET
    is_topic_message: bool | UnsetType = UNSET


class Entity(Struct):
    """A command, a link, a bold word: what the offset counts in is UTF-16."""

    type: str
    offset: Count
    length: Count
    url: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    user: User | UnsetType = UNSET
    unix_time: Moment | UnsetType = UNSET
    date_time_format: str | UnsetType = UNSET


class File(Struct):
    """A photo's size, a document, a voice message, a film, music."""

    file_id: str
    file_unique_id: str
    file_name: str | UnsetType = UNSET
    mime_type: str | UnsetType = UNSET
    file_size: Count | UnsetType = UNSET


class Location(Struct):
    """A point on the map."""

    latitude: Latitude
    longitude: Longitude
    horizontal_accuracy: Metres | UnsetType = UNSET
    live_period: Count | UnsetType = UNSET


class Venue(Struct):
    """A point with a name."""

    location: Location
    title: str
    address: str


class Thing(Struct):
    """An object of which only matters that it is there."""


class Message(Struct, rename={"from_": "from"}):
    """A message, new or edited."""

    message_id: Count
    date: Moment
    chat: Chat
    from_: User | UnsetType = UNSET
    edit_date: Moment | UnsetType = UNSET
    message_thread_id: Count | UnsetType = UNSET
    is_topic_message: bool | UnsetType = UNSET
    reply_to_message: Spot | UnsetType = UNSET
    forward_origin: Thing | UnsetType = UNSET
    media_group_id: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    entities: list[Entity] | UnsetType = UNSET
    caption: str | UnsetType = UNSET
    caption_entities: list[Entity] | UnsetType = UNSET
    photo: list[File] | UnsetType = UNSET
    document: File | UnsetType = UNSET
    voice: File | UnsetType = UNSET
    video: File | UnsetType = UNSET
    audio: File | UnsetType = UNSET
    animation: File | UnsetType = UNSET
    location: Location | UnsetType = UNSET
    venue: Venue | UnsetType = UNSET
    new_chat_title: str | UnsetType = UNSET
    migrate_to_chat_id: Id | UnsetType = UNSET
    migrate_from_chat_id: Id | UnsetType = UNSET
    forum_topic_closed: Thing | UnsetType = UNSET


class Tap(Struct, rename={"from_": "from"}):
    """A button was pressed."""

    id: str
    from_: User
    chat_instance: str
    message: Spot | UnsetType = UNSET
    data: str | UnsetType = UNSET


class Member(Struct):
    """What somebody is in a chat, and may do there."""

    user: User
    status: str
    is_member: bool | UnsetType = UNSET
    can_send_messages: bool | UnsetType = UNSET
    can_pin_messages: bool | UnsetType = UNSET
    can_manage_topics: bool | UnsetType = UNSET


class Membership(Struct, rename={"from_": "from"}):
    """The bot was let in, put out, blocked."""

    chat: Chat
    from_: User
    date: Moment
    old_chat_member: Member
    new_chat_member: Member


class Told(Struct):
    """One update: of the kinds that the bot asks for, one."""

    update_id: Count
    message: Message | UnsetType = UNSET
    edited_message: Message | UnsetType = UNSET
    callback_query: Tap | UnsetType = UNSET
    my_chat_member: Membership | UnsetType = UNSET


class Numbered(Struct):
    """What an update needs to be stored at all."""

    update_id: Count


def check(told: Any) -> None:
    """Raises UnfitError for what is no update that could be dealt with."""
    try:
        convert(told, Told)
    except ValidationError as error:
        raise UnfitError(str(error)) from None


def fits(told: Any, shape: Any) -> bool:
    """Whether it has that shape."""
    try:
        convert(told, shape)
    except ValidationError:
        return False
    return True

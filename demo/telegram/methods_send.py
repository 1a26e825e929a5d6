"""Bot API methods that put a new message into a chat, without files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import Json, refused
from .keyboards import reply_markup
from .markup import CAPTION_LIMIT, TEXT_LIMIT, parse, utf16_length
from .params import Params, as_int
from .registry import CAPTION, SENDING, method

if TYPE_CHECKING:
    from .model import Chat, Message
    from .world import World

GENERAL_TOPIC = 1
_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
_REPLY_KEPT = ("text", "entities", "caption", "caption_entities", "photo", "document", "location", "venue", "voice")


def message_text(world: World, params: Params) -> Json:
    """The text and entities of a call, checked."""
    entities = None
    if params.raw.get("entities"):
        entities = params.decoded("entities", "Can't parse entities JSON object")
    text, found = parse(params.text("text"), params.text("parse_mode"), entities, world.who)
    if not text:
        raise refused("text must be non-empty" if params.text("text") else "message text is empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise refused("message is too long")
    return {"text": text, "entities": found} if found else {"text": text}


def caption(world: World, params: Params | Json) -> Json:
    """The caption and its entities, of a call or of an InputMedia; empty when there is none."""
    source = Params(params) if isinstance(params, dict) else params
    entities = None
    if source.raw.get("caption_entities"):
        entities = source.decoded("caption_entities", "Can't parse caption entities JSON object")
    text, found = parse(source.text("caption"), source.text("parse_mode"), entities, world.who)
    if utf16_length(text) > CAPTION_LIMIT:
        raise refused("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": found} if found else {"caption": text}


def topic_of(chat: Chat, params: Params) -> Json:
    """message_thread_id of a call, checked against the forum's topics."""
    thread = params.integer("message_thread_id")
    if thread <= 0 or not chat.forum:
        return {}
    topic = chat.topics.get(thread)
    if thread == GENERAL_TOPIC or topic is None:
        raise refused("message thread not found")
    if topic.closed and not chat.bot_may("can_manage_topics"):
        raise refused("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def reply_of(world: World, chat: Chat, params: Params) -> Json:
    """What the message answers to, as reply_to_message."""
    given = params.decoded("reply_parameters", "Can't parse reply parameters JSON object")
    lenient = params.flag("allow_sending_without_reply")
    if given is None:
        number = params.integer("reply_to_message_id")
    elif not isinstance(given, dict):
        raise refused("Object expected as reply parameters")
    else:
        number = as_int(given.get("message_id"))
        lenient = given.get("allow_sending_without_reply") is True
        if given.get("chat_id") is not None:
            chat = world.chat_of(str(given["chat_id"]), write=False)
    if number <= 0:
        return {}
    message = chat.messages.get(number)
    if message is None or message.deleted:
        if lenient:
            return {}
        raise refused("message to be replied not found")
    return {"reply_to_message": as_reply(message)}


def as_reply(message: Message) -> Json:
    """A message as it is told inside another: without what it answers to."""
    return {k: v for k, v in message.body.items() if k not in ("reply_to_message", "pinned_message")}


def deliver(world: World, params: Params, content: Json, chat: Chat | None = None) -> Message:
    """Check chat, markup, topic and reply of a call in Telegram's order, and put the message there."""
    raw_chat = params.text("chat_id")
    markup = reply_markup(params, private=not raw_chat.startswith("-"))
    chat = chat or world.chat_of(raw_chat, write=True)
    if not chat.private and chat.bot_rights.get("can_send_messages") is False and chat.bot_status == "member":
        raise refused("not enough rights to send text messages to the chat")
    told = {**reply_of(world, chat, params), **topic_of(chat, params), **content}
    if params.flag("protect_content"):
        told["has_protected_content"] = True
    return world.add(chat, told, keyboard=markup)


@method("sendMessage", f"{SENDING} text parse_mode entities link_preview_options disable_web_page_preview", spends=True)
def send_message(world: World, params: Params) -> Json:
    """Text."""
    content = message_text(world, params)
    options = params.decoded("link_preview_options", "Can't parse link preview options JSON object")
    if options is not None:
        if not isinstance(options, dict):
            raise refused("Object expected as link preview options")
        content["link_preview_options"] = options
    return deliver(world, params, content).body


def coordinates(params: Params) -> Json:
    """Latitude and longitude of a call, checked."""
    lat, lon = params.number("latitude"), params.number("longitude")
    if lat is None:
        raise refused("latitude is empty")
    if lon is None:
        raise refused("longitude is empty")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise refused("Wrong location specified" if lat == lat else "latitude is empty")  # noqa: PLR0124
    told: Json = {"latitude": lat, "longitude": lon}
    accuracy = params.number("horizontal_accuracy")
    if accuracy:
        told["horizontal_accuracy"] = min(max(accuracy, 0.0), 1500.0)
    for name in ("live_period", "heading", "proximity_alert_radius"):
        if params.integer(name) > 0:
            told[name] = params.integer(name)
    return told


_LOCATION = "latitude longitude horizontal_accuracy live_period heading proximity_alert_radius"


@method("sendLocation", f"{SENDING} {_LOCATION}", spends=True)
def send_location(world: World, params: Params) -> Json:
    """A point, live when live_period is given."""
    told = coordinates(params)
    live = told.get("live_period")
    if live is not None and not (60 <= live <= 86400 or live == 0x7FFFFFFF):
        raise refused("Wrong live location period specified")
    return deliver(world, params, {"location": told}).body


_VENUE = "latitude longitude title address foursquare_id foursquare_type google_place_id google_place_type"


@method("sendVenue", f"{SENDING} {_VENUE}", spends=True)
def send_venue(world: World, params: Params) -> Json:
    """A point with a name and an address."""
    told: Json = {"location": coordinates(params)}
    for name in ("title", "address"):
        if not params.text(name):
            raise refused(f"Venue {name} must be non-empty")
        told[name] = params.text(name)
    return deliver(world, params, {"location": told["location"], "venue": told}).body


@method("sendContact", f"{SENDING} phone_number first_name last_name vcard", spends=True)
def send_contact(world: World, params: Params) -> Json:
    """A phone number with a name."""
    for name, what in (("phone_number", "Phone number"), ("first_name", "First name")):
        if not params.text(name):
            raise refused(f"{what} must be non-empty")
    names = ("phone_number", "first_name", "last_name", "vcard")
    told = {n: params.text(n) for n in names if params.text(n)}
    return deliver(world, params, {"contact": told}).body


@method("sendDice", f"{SENDING} emoji", spends=True)
def send_dice(world: World, params: Params) -> Json:
    """A throw of dice."""
    told = {"emoji": params.text("emoji", "🎲"), "value": world.random.randint(1, 6)}
    return deliver(world, params, {"dice": told}).body


@method(
    "sendPoll",
    f"{SENDING} question question_parse_mode question_entities options is_anonymous type allows_multiple_answers"
    " correct_option_id correct_option_ids explanation explanation_parse_mode explanation_entities open_period"
    " close_date is_closed allows_revoting shuffle_options description members_only hide_results_until_closes",
    spends=True,
)
def send_poll(world: World, params: Params) -> Json:
    """A question with options."""
    options = params.decoded("options", "Can't parse options JSON object")
    if not isinstance(options, list):
        raise refused("Expected an Array of String as options")
    texts = [o.get("text") if isinstance(o, dict) else o for o in options]
    if not all(isinstance(t, str) and t for t in texts):
        raise refused("Expected an option to be of type String")
    if not params.text("question"):
        raise refused("Poll question must be non-empty")
    if not 1 <= len(texts) <= 12:
        raise refused("poll must have at least 1 option" if not texts else "poll can't have more than 12 options")
    poll: Json = {
        "id": str(world.random.getrandbits(60)),
        "question": params.text("question"),
        "options": [{"text": t, "voter_count": 0, "persistent_id": str(i)} for i, t in enumerate(texts)],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": params.flag("is_anonymous") if params.has("is_anonymous") else True,
        "type": params.text("type", "regular"),
        "allows_multiple_answers": params.flag("allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return deliver(world, params, {"poll": poll}).body


@method("sendChatAction", "business_connection_id chat_id message_thread_id action")
def send_chat_action(world: World, params: Params) -> bool:
    """The word "typing…" on the person's screen."""
    chat = world.chat_of(params.text("chat_id"), write=True)
    if params.text("action").lower() not in _ACTIONS:
        raise refused("Wrong parameter action in request")
    world.events.emit("typing", chat.id, action=params.text("action"))
    return True


def _copied(message: Message, what: str = "copied") -> Json:
    kept = {
        k: v
        for k, v in message.body.items()
        if k in (*_REPLY_KEPT, "contact", "poll", "dice", "sticker", "video", "audio")
    }
    if message.service or not kept:
        raise refused(f"message can't be {what}")
    return kept


@method("copyMessage", f"{SENDING} {CAPTION} from_chat_id message_id video_start_timestamp", spends=True)
def copy_message(world: World, params: Params) -> Json:
    """The same content as a message of the bot's own; answers the number only."""
    source = world.chat_of(params.text("from_chat_id"), write=False)
    content = _copied(world.find(source, params.integer("message_id"), "message to copy"))
    if params.has("caption"):
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | caption(world, params)
    return {"message_id": deliver(world, params, content).id}


def _forward(world: World, params: Params, number: int) -> Json:
    source = world.chat_of(params.text("from_chat_id"), write=False)
    message = world.find(source, number, "message to forward")
    if message.body.get("has_protected_content"):
        raise refused("message can't be forwarded")
    content = _copied(message, "forwarded")
    origin = {"type": "user", "sender_user": message.body["from"], "date": message.body["date"]}
    return deliver(world, params, {"forward_origin": origin, **content}).body


@method("forwardMessage", f"{SENDING} from_chat_id message_id video_start_timestamp", spends=True)
def forward_message(world: World, params: Params) -> Json:
    """The same content with its origin."""
    return _forward(world, params, params.integer("message_id"))


def _numbers(params: Params) -> list[int]:
    given: Any = params.decoded("message_ids", "Can't parse message_ids JSON object")
    if given is None:
        raise refused("Message identifiers are not specified")
    if not isinstance(given, list):
        raise refused("Expected an Array of message identifiers")
    if not 1 <= len(given) <= 100:
        raise refused("Too many message identifiers specified" if given else "Message identifiers are not specified")
    return [as_int(n) for n in given]


@method("copyMessages", f"{SENDING} from_chat_id message_ids remove_caption", spends=True)
def copy_messages(world: World, params: Params) -> list[Json]:
    """Several at once; those that can't be found are skipped."""
    source = world.chat_of(params.text("from_chat_id"), write=False)
    found = [m for n in _numbers(params) if (m := source.messages.get(n)) and not m.deleted and not m.service]
    if not found:
        raise refused("there are no messages to copy")
    return [{"message_id": deliver(world, params, _copied(m)).id} for m in found]


@method("forwardMessages", f"{SENDING} from_chat_id message_ids", spends=True)
def forward_messages(world: World, params: Params) -> list[Json]:
    """Several at once; those that can't be found are skipped."""
    source = world.chat_of(params.text("from_chat_id"), write=False)
    found = [n for n in _numbers(params) if (m := source.messages.get(n)) and not m.deleted and not m.service]
    if not found:
        raise refused("there are no messages to forward")
    return [{"message_id": _forward(world, params, n)["message_id"]} for n in found]

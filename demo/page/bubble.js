// One message as the person holding the phone sees it.

import { fileUrl } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { gridMap } from "./places.js";
import { rich } from "./rich.js";
import { full, hour } from "./time.js";
import { t } from "./words.js";

const HUES = 7;

/** The list item of a message. `view` is what the phone knows and can do, see chat.js. */
export function bubble(message, view) {
  if (message.deleted) return gone(message, view);
  if (message.service) return service(message);
  const own = !message.from_bot && message.from?.id === view.userId;
  const parts = [sender(message, own, view), forwarded(message), answered(message, view), ...content(message, view), words(message, view)];
  const body = h("div", { class: "bubble" }, parts, meta(message, view), reactions(message));
  const actions = own || !view.private ? tools(message, own, view) : null;
  const stack = h("div", { class: "stack" }, body, inline(message, view));
  return h("li", { class: `message ${own ? "out" : "in"}`, tabindex: -1, "data-id": message.message_id }, h("div", { class: "row" }, stack, actions));
}

/** Where a message was that somebody took away: Telegram shows nothing, a rehearsal a faint line. */
function gone(message, view) {
  const title = `${nameOf(message.from)}, ${full(message.date * 1000, view.zone, view.locale)}`;
  return h("li", { class: "message gone", tabindex: -1, "data-id": message.message_id }, h("span", { title }, t("deleted")));
}

const nameOf = (user) => (user ? [user.first_name, user.last_name].filter(Boolean).join(" ") : "");

function sender(message, own, view) {
  if (view.private) return h("span", { class: "unseen" }, own ? `${t("you")}: ` : "");
  if (own) return h("span", { class: "unseen" }, `${t("you")}: `);
  return h("div", { class: `sender hue-${Math.abs(message.from?.id ?? 0) % HUES}` }, nameOf(message.from), topic(message, view));
}

function topic(message, view) {
  const name = message.message_thread_id && view.topicName(message.message_thread_id);
  return name ? h("span", { class: "topic" }, ` · ${name}`) : null;
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  return h("div", { class: "forwarded" }, t("forwarded", { name: nameOf(origin.sender_user) || origin.sender_user_name || origin.chat?.title || "?" }));
}

function answered(message, view) {
  const first = message.reply_to_message;
  if (!first || first.forum_topic_created) return null;
  const onclick = () => view.goTo(first.message_id);
  return h("button", { type: "button", class: "answered", tabindex: -1, "data-reach": true, onclick }, h("b", null, nameOf(first.from)), h("span", null, summary(first)));
}

/** A message in a few words: for the pinned bar, answers, unread lines. */
export function summary(message) {
  const said = message.text ?? message.caption;
  if (said) return said.replace(/\s+/g, " ").slice(0, 120);
  for (const kind of ["photo", "voice", "video", "sticker", "contact", "poll"]) if (message[kind]) return t(kind);
  if (message.venue) return message.venue.title;
  if (message.location) return t(message.location.live_period ? "live" : "place");
  return message.document?.file_name ?? t("document");
}

function words(message, view) {
  const said = message.text ?? message.caption;
  if (!said) return null;
  const single = [...said].length <= 3 && /^(\p{Extended_Pictographic}\uFE0F?)+$/u.test(said) && !message.caption;
  return h("div", { class: single ? "text big" : "text", dir: "auto" }, rich(said, message.entities ?? message.caption_entities, view));
}

function content(message, view) {
  if (message.photo) return [photo(message)];
  if (message.venue) return [mapOf(message.location ?? message.venue.location, view, message.venue)];
  if (message.location) return [mapOf(message.location, view)];
  if (message.voice || message.audio) return [player("audio", message.voice ?? message.audio, t("voice"))];
  if (message.video || message.video_note || message.animation) return [player("video", message.video ?? message.video_note ?? message.animation, t("video"))];
  if (message.document) return [file(message.document)];
  if (message.sticker) return [h("div", { class: "text big", role: "img", "aria-label": t("sticker") }, message.sticker.emoji ?? "🏷")];
  if (message.dice) return [h("div", { class: "text big" }, `${message.dice.emoji ?? "🎲"} ${message.dice.value}`)];
  if (message.contact) return [h("div", { class: "card" }, h("b", null, nameOf(message.contact)), h("span", null, message.contact.phone_number))];
  if (message.poll) return [poll(message.poll)];
  if (message.text === undefined && message.caption === undefined) return [h("em", null, t("unsupported"))];
  return [];
}

function photo(message) {
  const sizes = message.photo.filter((one) => one?.file_id);
  const best = sizes.reduce((a, b) => ((b.width ?? 0) > (a.width ?? 0) ? b : a), sizes[0] ?? {});
  const image = h("img", {
    src: fileUrl(best.file_id ?? ""), alt: message.caption ? "" : t("photo"), loading: "lazy", decoding: "async", width: best.width, height: best.height,
  });
  return h("a", { class: "photo", href: fileUrl(best.file_id ?? ""), target: "_blank", rel: "noopener", tabindex: -1, "data-reach": true, "aria-label": t("photo") }, image);
}

function file(document) {
  const name = document.file_name || t("document");
  return h(
    "a",
    { class: "file", href: fileUrl(document.file_id), download: name, tabindex: -1, "data-reach": true },
    h("span", { class: "file-mark" }, icon("file")),
    h("span", { class: "file-words" }, h("b", null, name), h("span", null, size(document.file_size))),
  );
}

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const player = (tag, told, label) =>
  h(tag, { class: "player", controls: true, preload: "none", src: fileUrl(told.file_id), "aria-label": label, tabindex: -1, "data-reach": true });

function poll(told) {
  return h("div", { class: "card" }, h("b", null, told.question), h("ul", null, told.options.map((one) => h("li", null, one.text))));
}

function mapOf(point, view, venue) {
  return h("div", { class: "place" }, gridMap(point, view.places()), venue ? h("div", { class: "card" }, h("b", null, venue.title), h("span", null, venue.address)) : null);
}

function meta(message, view) {
  const at = message.date * 1000;
  const title = full(at, view.zone, view.locale);
  return h(
    "div",
    { class: "meta" },
    message.pinned ? h("span", { class: "meta-pin", title: t("pinned") }, icon("pin")) : null,
    message.edit_date ? h("span", { title: full(message.edit_date * 1000, view.zone, view.locale) }, `${t("edited")} `) : null,
    h("time", { datetime: new Date(at).toISOString(), title }, hour(at, view.zone)),
  );
}

function reactions(message) {
  const counts = new Map();
  for (const given of Object.values(message.reactions ?? {})) for (const one of given ?? []) counts.set(one.emoji ?? "★", (counts.get(one.emoji ?? "★") ?? 0) + 1);
  if (!counts.size) return null;
  return h("div", { class: "reactions" }, [...counts].map(([emoji, n]) => h("span", null, n > 1 ? `${emoji} ${n}` : emoji)));
}

function tools(message, own, view) {
  const reach = { tabindex: -1, "data-reach": true };
  const changeable = own && (message.text !== undefined || message.caption !== undefined) && !message.forward_origin;
  return h(
    "div",
    { class: "tools" },
    changeable ? iconButton("edit", t("edit"), () => view.startEdit(message), reach) : null,
    iconButton("reply", t("reply"), () => view.startReply(message), reach),
  );
}

function inline(message, view) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!Array.isArray(rows) || !rows.length) return null;
  return h("div", { class: "keys", role: "group" }, rows.map((row) => h("div", { class: "key-row" }, row.map((button) => key(button, message, view)))));
}

function key(button, message, view) {
  const mark = button.url || button.login_url ? "out" : button.copy_text ? "copy" : null;
  const style = ["danger", "success", "primary"].includes(button.style) ? ` key-${button.style}` : "";
  const element = h("button", { type: "button", class: `key${style}`, tabindex: -1, "data-reach": true, title: button.url ?? null }, h("span", null, button.text), mark ? icon(mark) : null);
  element.addEventListener("click", () => view.press(button, message, element));
  return element;
}

function service(message) {
  const name = nameOf(message.from);
  const list = (users) => users.map(nameOf).join(", ");
  let said = t("svc_other");
  if (message.pinned_message) said = t("svc_pinned", { name });
  else if (message.new_chat_members) said = t("svc_joined", { who: list(message.new_chat_members) });
  else if (message.left_chat_member) said = t("svc_left", { who: nameOf(message.left_chat_member) });
  else if (message.new_chat_title) said = t("svc_title", { title: message.new_chat_title });
  else if (message.migrate_to_chat_id || message.migrate_from_chat_id) said = t("svc_migrated");
  else if (message.forum_topic_created ?? message.forum_topic_edited) said = t("svc_topic", { title: (message.forum_topic_created ?? message.forum_topic_edited).name });
  return h("li", { class: "message service", tabindex: -1, "data-id": message.message_id }, h("span", null, said));
}

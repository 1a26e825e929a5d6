// One phone: a person, the chats they are in, and what their hands do.

import { call } from "./api.js";
import { Chat } from "./chat.js";
import { Composer } from "./compose.js";
import { dialog, h, icon } from "./dom.js";
import { askWhere } from "./places.js";
import { hour, offsetName } from "./time.js";
import { language, roleOf, t } from "./words.js";

const TOAST_MS = 4500;
const TYPING_MS = 6000;
const TAP_MS = 15_000;

/** `stage` is what all phones share, see stage.js; `person` is from the cast or made up from the user. */
export class Phone {
  constructor(stage, person, chatId) {
    this.stage = stage;
    this.person = person;
    this.userId = person.user_id;
    this.elsewhere = new Map(); // chat_id → what came while another chat was open
    this.taps = new Map(); // button → timer
    this.build();
    this.open(chatId ?? this.userId);
  }

  /** The network of this phone, as the stage holds it: {offline, slow, waiting}. */
  get air() {
    return this.stage.weather.phones[this.userId] ?? {};
  }

  get offline() {
    return Boolean(this.air.offline);
  }

  get zone() {
    return this.person.time_zone || this.stage.zone;
  }

  build() {
    const { name } = this.person;
    this.role = [roleOf(this.person), this.person.language?.toUpperCase()].filter(Boolean).join(" · ");
    this.subtitle = h("span", { class: "who-role", title: this.role }, this.role);
    this.time = h("time", { class: "who-time", title: `${t("local_time")}: ${this.zone ?? ""}` });
    this.menu = h("details", { class: "menu" }, h("summary", { "aria-label": `${t("menu")}: ${name}`, title: t("menu") }, icon("more")), h("div", { class: "menu-box" }));
    this.menu.addEventListener("toggle", () => this.menu.open && this.drawMenu());
    this.menu.addEventListener("keydown", (event) => event.key === "Escape" && this.shutMenu());
    this.menu.addEventListener("focusout", (event) => event.relatedTarget && !this.menu.contains(event.relatedTarget) && (this.menu.open = false));
    const face = h("span", { class: `face hue-${Math.abs(this.userId) % 7}`, "aria-hidden": "true" }, initials(name));
    const head = h("header", { class: "who" }, face, h("div", { class: "who-words" }, h("h2", null, name), h("div", { class: "who-line" }, this.subtitle, this.time)), this.menu);
    this.hint = this.person.hint ? h("p", { class: "hint" }, this.person.hint) : null;
    this.chats = h("div", { class: "chats", role: "group", "aria-label": t("chats"), hidden: true });
    this.topics = h("select", { class: "topics", "aria-label": t("topic"), hidden: true });
    this.state = h("div", { class: "state", role: "status" });
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.place = h("div", { class: "screen" });
    this.composer = new Composer(this.hands(), { commands: () => this.stage.commandsFor(this.userId, this.chatId), lastOwn: () => this.lastOwn() });
    this.root = h("section", { class: "phone", "aria-label": [name, roleOf(this.person)].filter(Boolean).join(", "), "data-user": this.userId }, head, this.hint, this.chats, this.topics, this.place, this.state, this.composer.root);
    this.composer.root.append(this.toasts); // above whatever the composer shows
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.root.addEventListener("drop", (event) => {
      event.preventDefault();
      this.composer.sendFiles([...event.dataTransfer.files]);
    });
    this.tick();
  }

  // --- chats

  open(chatId) {
    this.chat?.close();
    clearTimeout(this.typingTimer);
    this.chatId = chatId;
    this.elsewhere.delete(chatId);
    const isPrivate = chatId === this.userId;
    this.chat = new Chat(chatId, isPrivate ? this.person.name : this.stage.titleOf(chatId), this.view(isPrivate), () => this.changed());
    this.place.replaceChildren(this.chat.root);
    this.composer.followed = undefined;
    this.composer.rest();
    this.composer.follow(null);
    this.drawChats();
    this.drawState();
    this.stage.save();
    return this.read();
  }

  read() {
    if (this.offline) return undefined;
    return this.chat.read().catch((error) => this.stage.notice(t("failed", { why: error.message })));
  }

  drawChats() {
    const groups = this.stage.groupsOf(this.userId);
    if (!groups.some((one) => one.id === this.chatId) && this.chatId !== this.userId) groups.push({ id: this.chatId, title: this.stage.titleOf(this.chatId) });
    this.chats.hidden = !groups.length;
    const all = [{ id: this.userId, title: this.stage.bot.first_name || this.stage.bot.username || t("bot") }, ...groups];
    const had = this.chats.contains(document.activeElement);
    this.chats.replaceChildren(
      ...all.map((one) => {
        const n = this.elsewhere.get(one.id) ?? 0;
        const label = n ? `${one.title}. ${t("new", { n })}` : one.title;
        return h("button", { type: "button", "aria-pressed": String(one.id === this.chatId), "aria-label": label, onclick: () => this.open(one.id) }, h("span", null, one.title), n ? h("span", { class: "count" }, n) : null);
      }),
    );
    if (had) this.chats.querySelector("[aria-pressed=true]")?.focus();
    this.drawTopics();
  }

  /** In a forum, the topic one writes in. */
  drawTopics() {
    const chat = this.stage.chats.get(this.chatId);
    this.topics.hidden = !chat?.is_forum;
    const chosen = this.topics.value;
    const known = Object.entries(chat?.topics ?? {});
    this.topics.replaceChildren(h("option", { value: "" }, t("general")), ...known.map(([id, name]) => h("option", { value: id }, name)));
    this.topics.value = known.some(([id]) => id === chosen) ? chosen : "";
  }

  view(isPrivate) {
    return {
      userId: this.userId,
      private: isPrivate,
      zone: this.zone,
      locale: language,
      now: () => this.stage.clock.now(),
      command: (words) => this.hands().say(words),
      link: (url) => this.follow(url),
      places: () => this.stage.places,
      topicName: (id) => this.stage.chats.get(this.chatId)?.topics?.[id],
      startEdit: (message) => this.composer.startEdit(message),
      startReply: (message) => this.composer.startReply(message),
      press: (button, message, element) => this.press(button, message, element),
    };
  }

  /** After every change of the chat: the bot's keyboard, the Start button. */
  changed() {
    let latest = null;
    let answered = false;
    for (const message of this.chat.messages.values()) {
      if (message.deleted) continue;
      const markup = message.reply_markup;
      if (message.from_bot && markup && !markup.inline_keyboard && this.meant(message, markup)) {
        latest = message;
        answered = false;
      } else if (message.from?.id === this.userId && !message.service) answered = true;
    }
    this.composer.follow(latest, answered);
    this.composer.startButton.hidden = this.chatId !== this.userId || this.chat.messages.size > 0;
  }

  meant(message, markup) {
    if (!markup.selective) return true;
    return message.reply_to_message?.from?.id === this.userId || (message.entities ?? []).some((e) => e.type === "text_mention" && e.user?.id === this.userId);
  }

  lastOwn() {
    return [...this.chat.messages.values()].reverse().find((m) => !m.from_bot && !m.service && !m.deleted && m.from?.id === this.userId && (m.text ?? m.caption) !== undefined);
  }

  // --- what the stage tells

  hear(event) {
    if (this.offline) return undefined;
    if (event.kind === "toast") return event.user_id === this.userId && this.toast(event);
    if (event.chat_id !== this.chatId) return event.kind === "message" && this.hearElsewhere(event);
    if (event.kind === "typing") return this.typing();
    if (event.kind === "message" && event.message?.from_bot) this.typing(false);
    return this.chat.hear(event);
  }

  hearElsewhere(event) {
    const mine = event.chat_id === this.userId || this.stage.groupsOf(this.userId).some((one) => one.id === event.chat_id);
    if (!mine || event.message?.service || event.message?.from?.id === this.userId) return;
    this.elsewhere.set(event.chat_id, (this.elsewhere.get(event.chat_id) ?? 0) + 1);
    this.drawChats();
  }

  typing(on = true) {
    clearTimeout(this.typingTimer);
    this.writing = on;
    if (on) this.typingTimer = setTimeout(() => this.typing(false), TYPING_MS);
    this.drawState();
  }

  toast(event) {
    this.untap();
    if (event.url) this.follow(event.url);
    if (!event.text) return;
    if (event.show_alert) {
      const ok = h("button", { type: "button", class: "primary", autofocus: true, onclick: () => box.close() }, t("ok"));
      const box = dialog(this.person.name, h("div", { class: "sheet-body" }, h("p", { class: "alert-words", dir: "auto" }, event.text), ok), { class: "alert" });
      return;
    }
    this.say(event.text);
  }

  /** A few words over the chat that go by themselves. */
  say(words) {
    const line = h("p", { dir: "auto" }, words);
    this.toasts.append(line);
    setTimeout(() => line.remove(), TOAST_MS + words.length * 30);
  }

  drawState() {
    const blocked = this.stage.users.get(this.userId)?.blocked;
    let words = "";
    const waiting = this.air.waiting ?? [];
    if (this.offline) words = [t("no_network"), waiting.length ? t("waiting", { n: waiting.length }) : null].filter(Boolean).join(". ");
    else if (this.air.slow) words = t("slow_network");
    else if (blocked && this.chatId === this.userId) words = t("blocked");
    const below = this.writing ? `${this.stage.bot.first_name ?? t("bot")} ${t("typing")}` : this.role;
    if (this.subtitle.textContent !== below) this.subtitle.textContent = below;
    if (this.state.textContent !== words) this.state.textContent = words;
    this.state.classList.toggle("warning", this.offline || Boolean(blocked));
    this.root.classList.toggle("offline", this.offline);
    this.chat.wait(waiting.filter((one) => one.chat_id === this.chatId).map((one) => one.words));
  }

  tick() {
    const now = this.stage.clock.now();
    const words = `${hour(now, this.zone)} ${offsetName(now, this.zone)}`;
    if (this.time.textContent !== words) this.time.textContent = words;
  }

  // --- what the person does

  hands() {
    const where = () => (this.chatId === this.userId ? {} : { chat_id: this.chatId, ...(this.topics.value ? { topic: Number(this.topics.value) } : {}) });
    return {
      say: (text, answered) => this.act("say", { user_id: this.userId, text, ...where(), ...(answered ? { reply_to: answered.message_id } : {}) }),
      edit: (message, text) => this.act("edit", { user_id: this.userId, message_id: message.message_id, text, ...(this.chatId === this.userId ? {} : { chat_id: this.chatId }) }),
      start: () => {
        const payload = this.stage.person(this.userId).start_payload; // a stage that began anew has new invitations
        return this.act("say", { user_id: this.userId, text: payload ? `/start ${payload}` : "/start" });
      },
      contact: () => this.act("other", { kind: "contact", user_id: this.userId, phone: "+70000000000", ...where() }),
      where: async (then) => {
        const point = await askWhere(this.stage.places, this.person.name);
        if (!point) return;
        const body = { user_id: this.userId, lat: point.lat, lon: point.lon, accuracy: point.accuracy, ...where() };
        if ((await this.act("location", body)) && then) then();
      },
      file: (file, caption) => this.sendFile(file, caption, where()),
    };
  }

  /** Do something on the stage, which keeps it for later while this phone has no network. Answers whether it went. */
  async act(path, body) {
    try {
      await this.stage.ensure(this.person);
      await call(path, body);
      return true;
    } catch (error) {
      this.say(this.offline ? t("no_network") : t("failed", { why: error.message }));
      return false;
    }
  }

  async sendFile(file, caption, where) {
    const form = new FormData();
    const kind = /^image\/(jpeg|png|gif|webp)$/.test(file.type) && file.size <= 10 * 1024 * 1024 ? "photo" : /^audio\/ogg/.test(file.type) ? "voice" : "document";
    for (const [name, value] of Object.entries({ user_id: this.userId, kind, ...where, ...(caption ? { caption } : {}) })) form.append(name, String(value));
    form.append("file", file, file.name || "file.bin");
    return this.act("file", form);
  }

  async press(button, message, element) {
    if (button.url ?? button.login_url) {
      const url = button.url ?? button.login_url.url;
      if (!this.follow(url) && /^https?:/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
      return;
    }
    if (button.copy_text) {
      await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
      this.say(t("copied"));
      return;
    }
    if (button.switch_inline_query_current_chat !== undefined) {
      this.composer.insert(`@${this.stage.bot.username} ${button.switch_inline_query_current_chat}`);
      return;
    }
    if (!button.callback_data) {
      this.say(t("unsupported"));
      return;
    }
    element.setAttribute("aria-busy", "true");
    this.taps.set(element, setTimeout(() => this.untap(element), TAP_MS));
    const done = await this.act("tap", { user_id: this.userId, message_id: message.message_id, data: button.callback_data, ...(this.chatId === this.userId ? {} : { chat_id: this.chatId }) });
    if (!done) this.untap(element);
  }

  untap(only) {
    for (const [element, timer] of this.taps) {
      if (only && element !== only) continue;
      clearTimeout(timer);
      element.removeAttribute("aria-busy");
      this.taps.delete(element);
    }
  }

  /** A link to the bot itself is a start with a payload, as in Telegram; answers whether it was one. */
  follow(url) {
    let at;
    try {
      at = new URL(url);
    } catch {
      return true;
    }
    const bot = String(this.stage.bot.username ?? "").toLowerCase();
    const named = at.protocol === "tg:" ? at.searchParams.get("domain") : /^(t|telegram)\.me$/i.test(at.hostname) ? at.pathname.slice(1) : null;
    if (named === null) {
      if (at.protocol === "tg:") this.say(t("link_foreign"));
      return at.protocol === "tg:";
    }
    if (named.toLowerCase() !== bot) return false;
    const payload = at.searchParams.get("start");
    if (this.chatId !== this.userId) this.open(this.userId);
    if (payload !== null) this.act("say", { user_id: this.userId, text: payload ? `/start ${payload}` : "/start" });
    return true;
  }

  // --- menu

  drawMenu() {
    const blocked = Boolean(this.stage.users.get(this.userId)?.blocked);
    const group = this.chatId === this.userId ? null : this.stage.chats.get(this.chatId);
    const here = ["member", "administrator"].includes(group?.bot_status);
    const item = (words, name, act) => h("button", { type: "button", class: name, onclick: () => { this.shutMenu(); act(); } }, words);
    this.menu.lastElementChild.replaceChildren(
      item(t(this.offline ? "online" : "offline"), "offline", () => this.weather({ offline: !this.offline })),
      item(t(this.air.slow ? "quick" : "slow"), "slow", () => this.weather({ slow: !this.air.slow })),
      item(t(blocked ? "unblock" : "block"), "block", () => this.act("block", { user_id: this.userId, blocked: !blocked })),
      item(t("location"), "place", () => this.hands().where()),
      group ? item(t(here ? "put_out" : "bring"), "bring", () => this.act(here ? "remove_bot" : "add_bot", { chat_id: this.chatId, by: this.userId, ...(here ? {} : { as_: "administrator" }) })) : "",
      group?.is_forum ? item(t("new_topic"), "topic", () => this.openTopic()) : "",
      item(t("remove_phone"), "remove", () => this.stage.remove(this)),
    );
  }

  shutMenu() {
    this.menu.open = false;
    this.menu.firstElementChild.focus();
  }

  openTopic() {
    const name = h("input", { autocomplete: "off", maxlength: 128, required: true, autofocus: true });
    const open = async (event) => {
      event.preventDefault();
      if (await this.act("topic", { chat_id: this.chatId, name: name.value, by: this.userId })) box.close();
    };
    const box = dialog(t("new_topic"), h("form", { class: "sheet-body", onsubmit: open }, h("label", { class: "field" }, t("topic"), name), h("button", { class: "primary" }, t("add"))));
  }

  weather(change) {
    return this.act("weather", { user_id: this.userId, ...change });
  }

  /** The stage changed somebody's network: a phone that has it back reads what it missed. */
  weatherChanged(wasOffline) {
    if (wasOffline && !this.offline) this.read();
    this.drawState();
  }
}

/** Two letters of a name; of a numbered person the number. */
function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const number = /^0*(\d{1,4})$/.exec(words[1] ?? "");
  return number ? number[1] : words.slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
}

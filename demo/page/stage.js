// The rehearsal page: opens the phones, follows the stage's events, hands each to those whom it concerns.

import { call, follow, optional } from "./api.js";
import { Clock } from "./clock.js";
import { Desk } from "./desk.js";
import { h } from "./dom.js";
import { Office } from "./office.js";
import { Phone } from "./phone.js";
import { asPlace } from "./places.js";
import { SceneBar } from "./scenebar.js";
import { inWords, language, t } from "./words.js";

const KEPT = "fieldpost.phones";
const FIRST_PHONES = 6;
const NOTICE_MS = 6000;
const CLOCK_EVERY_MS = 10_000;
const BOT_EVERY_MS = 3000;
const GROUP_CHANGES = ["forum_topic_created", "forum_topic_edited", "new_chat_members", "left_chat_member", "new_chat_title"];

class Stage {
  constructor() {
    this.clock = new Clock();
    this.users = new Map();
    this.chats = new Map();
    this.commands = [];
    this.bot = {};
    this.people = new Map(); // user_id → person, from the cast and from phones of strangers
    this.places = [];
    this.zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.phones = [];
    this.root = document.getElementById("phones");
    this.tabs = document.getElementById("tabs");
    this.line = document.getElementById("notice");
    this.weather = { bot: "fine", phones: {} };
    this.desk = new Desk(this, document.getElementById("desk"));
    this.office = new Office(this, document.getElementById("office"));
    this.scene = new SceneBar(this, document.getElementById("scene"));
    this.blank = h("p", { class: "blank" }, t("no_phones"));
    this.tabs.setAttribute("aria-label", t("phones"));
    this.root.setAttribute("aria-label", t("phones"));
    this.root.append(this.blank);
    new ResizeObserver(() => this.measure()).observe(this.root);
    this.watch = new IntersectionObserver((seen) => this.seen(seen), { root: this.root, threshold: 0.6 });
  }

  // --- what the stage knows

  async readState() {
    const state = await call("state");
    this.bot = state.bot ?? {};
    this.users = new Map((state.users ?? []).map((user) => [user.id, user]));
    this.chats = new Map((state.chats ?? []).map((chat) => [chat.id, chat]));
    this.commands = state.commands ?? [];
    if (!this.clock.turnable) this.clock.set({ now: state.clock });
    return state.event ?? state.n ?? 0;
  }

  async readCast() {
    const cast = await optional("cast").catch(() => null);
    this.preparing = Boolean(cast) && (cast.ready === false || !cast.phones?.length);
    if (!cast) return;
    this.zone = cast.time_zone || this.zone;
    this.places = (cast.places ?? []).map(asPlace).filter(Boolean);
    this.first = (cast.phones ?? []).filter((one) => Number.isInteger(one.user_id));
    for (const one of [...(cast.roster ?? []), ...this.first]) if (Number.isInteger(one.user_id)) this.people.set(one.user_id, { ...one, name: String(one.name ?? one.user_id), hint: inWords(one.hint) });
    this.desk.cast(cast);
  }

  /** A person of the cast, else what Telegram knows of the user. */
  person(userId) {
    const user = this.users.get(userId);
    return this.people.get(userId) ?? { user_id: userId, name: user ? [user.first_name, user.last_name].filter(Boolean).join(" ") : String(userId), language: user?.language_code };
  }

  roster() {
    const ids = new Set([...this.people.keys(), ...this.users.keys()]);
    return [...ids].map((id) => this.person(id)).filter((one) => !this.phones.some((phone) => phone.userId === one.user_id));
  }

  titleOf(chatId) {
    return this.chats.get(chatId)?.title ?? (this.users.has(chatId) ? this.person(chatId).name : String(chatId));
  }

  /** Ids of those who are in a group now. */
  membersOf(chatId) {
    const members = this.chats.get(chatId)?.members ?? [];
    if (Array.isArray(members)) return members.map((one) => Number(one?.id ?? one?.user_id ?? one));
    return Object.entries(members).filter(([, status]) => !["left", "kicked"].includes(status)).map(([id]) => Number(id));
  }

  groupsOf(userId) {
    return [...this.chats.values()].filter((chat) => chat.type !== "private" && !chat.migrated_to && this.membersOf(chat.id).includes(userId));
  }

  /** The menu of commands this person has in this chat: the narrowest scope that has one, their language before any. */
  commandsFor(userId, chatId) {
    const isPrivate = chatId === userId;
    const admin = ["creator", "administrator"].includes(this.chats.get(chatId)?.members?.[userId]);
    const scopes = isPrivate
      ? [{ type: "chat", chat_id: chatId }, { type: "all_private_chats" }, { type: "default" }]
      : [
          { type: "chat_member", chat_id: chatId, user_id: userId },
          ...(admin ? [{ type: "chat_administrators", chat_id: chatId }] : []),
          { type: "chat", chat_id: chatId },
          ...(admin ? [{ type: "all_chat_administrators" }] : []),
          { type: "all_group_chats" },
          { type: "default" },
        ];
    const spoken = this.users.get(userId)?.language_code ?? this.people.get(userId)?.language ?? "";
    for (const scope of scopes) {
      for (const tongue of [spoken, ""]) {
        const found = this.commands.find((one) => (one.language_code ?? "") === tongue && sameScope(one.scope, scope));
        if (found?.commands?.length) return found.commands;
      }
    }
    return [];
  }

  /** Let Telegram know a person who is not there yet: one of the mission, or a stranger. */
  async ensure(person) {
    if (this.users.has(person.user_id)) return;
    const [first, ...rest] = person.name.split(/\s+/);
    const body = { user_id: person.user_id, first_name: first, last_name: rest.join(" ") || undefined, language_code: person.language || undefined };
    await (this.people.get(person.user_id)?.reference ? call("bring", { user_id: person.user_id }) : call("users", body));
    this.users.set(person.user_id, { id: person.user_id, first_name: first, language_code: person.language });
  }

  // --- phones

  add(person, chatId, show = false) {
    let phone = this.phones.find((one) => one.userId === person.user_id);
    if (!phone) {
      this.people.set(person.user_id, person);
      phone = new Phone(this, person, chatId);
      this.phones.push(phone);
      this.root.append(phone.root);
      this.watch.observe(phone.root);
      phone.root.addEventListener("focusin", () => this.markTab(phone));
    } else if (chatId) phone.open(chatId);
    this.save();
    this.drawTabs();
    if (show) {
      phone.root.scrollIntoView({ inline: "center", block: "nearest" });
      phone.composer.field.focus({ preventScroll: true });
    }
    return phone;
  }

  remove(phone) {
    const at = this.phones.indexOf(phone);
    if (at < 0) return;
    this.watch.unobserve(phone.root);
    phone.chat.close();
    phone.root.remove();
    this.phones.splice(at, 1);
    this.save();
    this.drawTabs();
    const next = this.phones[Math.min(at, this.phones.length - 1)];
    (next?.composer.field ?? this.desk.root.querySelector(".primary")).focus();
  }

  save() {
    if (!this.ready) return;
    const kept = this.phones.map(({ person, chatId }) => ({ user_id: person.user_id, name: person.name, role: person.role, language: person.language, chat_id: chatId }));
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }

  /** The phones of last time, else those of the cast; not before the stage has its cast. */
  restore() {
    this.blank.textContent = t(this.preparing ? "preparing" : "no_phones");
    if (this.preparing) return;
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(KEPT));
    } catch {
      // what cannot be read is not restored
    }
    if (Array.isArray(kept)) {
      for (const one of kept) {
        if (!Number.isInteger(one?.user_id)) continue;
        if (!this.people.has(one.user_id)) this.people.set(one.user_id, { user_id: one.user_id, name: String(one.name), role: one.role, language: one.language });
        const chatId = one.chat_id < 0 && !this.chats.has(one.chat_id) ? undefined : one.chat_id;
        this.add(this.person(one.user_id), chatId);
      }
    } else {
      const first = this.first?.length ? this.first : [...this.users.keys()].map((id) => this.person(id));
      for (const one of first.slice(0, FIRST_PHONES)) this.add(this.person(one.user_id));
    }
    this.ready = true;
    this.save();
    this.drawTabs();
  }

  drawTabs() {
    this.blank.hidden = this.phones.length > 0;
    this.tabs.hidden = this.phones.length < 2;
    this.measure();
    this.tabs.replaceChildren(
      ...this.phones.map((phone) => {
        const go = () => phone.root.scrollIntoView({ inline: "center", block: "nearest" });
        phone.tab = h("button", { type: "button", onclick: go, title: phone.person.role }, phone.person.name, h("span", { class: "dot", hidden: true }));
        return phone.tab;
      }),
    );
    this.markTab(this.current ?? this.phones[0]);
  }

  /** Tabs are there when not all phones fit. */
  measure() {
    this.tabs.classList.toggle("needed", this.root.scrollWidth > this.root.clientWidth + 2);
  }

  seen(entries) {
    for (const entry of entries) {
      const phone = this.phones.find((one) => one.root === entry.target);
      if (phone) phone.visible = entry.isIntersecting;
    }
    const visible = this.phones.filter((phone) => phone.visible);
    for (const phone of visible) if (phone.tab) phone.tab.lastElementChild.hidden = true;
    this.markTab(visible.find((phone) => phone.root.contains(document.activeElement)) ?? visible[0]);
  }

  markTab(phone) {
    if (!phone) return;
    this.current = phone;
    for (const one of this.phones) {
      if (one === phone) one.tab?.setAttribute("aria-current", "true");
      else one.tab?.removeAttribute("aria-current");
    }
    if (phone.tab) {
      this.tabs.scrollLeft = phone.tab.offsetLeft - this.tabs.offsetLeft - 40;
    }
  }

  // --- events

  async fresh() {
    const n = await this.readState();
    if (!this.ready) {
      await Promise.all([this.readCast(), this.desk.clock.read()]);
      await this.readWeather();
      this.restore();
    } else {
      await Promise.all([this.readCast(), this.desk.clock.read(), this.readWeather(), this.scene.read()]);
      for (const phone of this.phones) phone.read();
    }
    this.redraw();
    return n;
  }

  hear(event) {
    this.office.stir();
    if (GROUP_CHANGES.some((kind) => event.message?.[kind])) this.refresh();
    if (event.kind === "users") this.refresh();
    else if (event.kind === "clock") this.desk.clock.hear(event);
    else if (event.kind === "bot") this.desk.bot.read();
    else if (event.kind === "weather") this.hearWeather(event);
    else if (event.kind === "scene") this.scene.read();
    else if (event.kind === "call") /^(set|delete)MyCommands$/i.test(event.method) && event.status === 200 && this.refresh();
    else if (["message", "edit", "delete", "pin", "reaction", "toast", "typing"].includes(event.kind)) this.share(event);
    else if (event.chat_id && !["tap", "read"].includes(event.kind)) this.reread(event.chat_id);
  }

  /** The network of the bot and of each phone, as the stage holds it: all windows show the same. */
  hearWeather(told) {
    const before = this.weather.phones;
    this.weather = { bot: told?.bot ?? "fine", phones: told?.phones ?? {} };
    this.desk.bot.drawWeather(this.weather);
    for (const phone of this.phones) phone.weatherChanged(Boolean(before[phone.userId]?.offline));
  }

  async readWeather() {
    const told = await optional("weather").catch(() => null);
    if (told) this.hearWeather(told);
  }

  share(event) {
    for (const phone of this.phones) {
      phone.hear(event);
      if (event.kind === "message" && event.chat_id === phone.chatId && !phone.visible && event.message?.from_bot && phone.tab) phone.tab.lastElementChild.hidden = false;
    }
  }

  reread(chatId) {
    for (const phone of this.phones) if (phone.chatId === chatId) phone.read();
  }

  /** The people or groups changed: read them once, however many changed together. */
  refresh() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => this.readAgain().catch(() => {}), 150);
  }

  async readAgain() {
    await this.readState();
    await this.readCast();
    if (!this.ready) this.restore();
    this.redraw();
  }

  redraw() {
    for (const phone of this.phones) {
      phone.drawChats();
      phone.drawState();
    }
  }

  gap() {
    this.refresh();
    for (const phone of this.phones) phone.read();
  }

  online(on) {
    if (on === this.connected) return;
    if (on && this.connected === false) this.notice(t("back"));
    if (!on) this.notice(t("lost"), true);
    this.connected = on;
  }

  notice(words, stay = false) {
    clearTimeout(this.noticeTimer);
    this.line.textContent = words;
    if (!stay) this.noticeTimer = setTimeout(() => (this.line.textContent = ""), NOTICE_MS);
  }

  tick() {
    this.desk.clock.tick();
    for (const phone of this.phones) phone.tick();
  }
}

function sameScope(told, wanted) {
  let scope = told;
  try {
    scope = typeof told === "string" ? JSON.parse(told) : told;
  } catch {
    scope = { type: told };
  }
  return scope?.type === wanted.type && String(scope.chat_id ?? "") === String(wanted.chat_id ?? "") && String(scope.user_id ?? "") === String(wanted.user_id ?? "");
}

document.documentElement.lang = language;
const stage = new Stage();
setInterval(() => stage.tick(), 250);
setInterval(() => document.visibilityState === "visible" && stage.connected && stage.clock.turnable && stage.desk.clock.read(), CLOCK_EVERY_MS);
setInterval(() => document.visibilityState === "visible" && stage.connected && stage.desk.bot.told !== null && stage.desk.bot.read(), BOT_EVERY_MS);
stage.desk.bot.read();
stage.scene.read();
follow({ fresh: () => stage.fresh(), event: (event) => stage.hear(event), gap: () => stage.gap(), online: (on) => stage.online(on) });

// The messages of one chat on one phone: read once, then changed one message at a time.

import { call } from "./api.js";
import { bubble, summary } from "./bubble.js";
import { h, icon } from "./dom.js";
import { day, dayKey } from "./time.js";
import { t } from "./words.js";

const PAGE = 200; // messages put into the page at once
const HAND_MS = 600; // a scroll this soon after a wheel, a touch or a key is the person's
const NEAR_END = 80; // pixels from the end that still count as reading along

/** A chat as a scrolling log. `view` tells bubbles what the phone knows and does; `changed` hears of every change. */
export class Chat {
  constructor(chatId, name, view, changed) {
    this.id = chatId;
    this.changed = changed;
    this.view = { ...view, goTo: (id) => this.goTo(id) };
    this.messages = new Map(); // message_id → message, oldest first; deleted ones are gone
    this.items = new Map(); // message_id → list item, of those in the page
    this.first = Infinity; // the oldest message_id in the page
    this.unread = 0;
    this.stuck = true; // whether the end stays in sight when something is added
    this.hand = -Infinity; // when a hand last moved the log; Infinity while it holds
    this.reading = null;
    this.build(name);
  }

  build(name) {
    this.list = h("ol", { class: "list" });
    this.keys = this.list.getElementsByClassName("keys");
    this.top = h("div", { class: "top", "aria-hidden": "true" });
    this.blank = h("p", { class: "blank", hidden: true }, t(this.view.private ? "empty" : "empty_group"));
    const log = { class: "log", role: "log", "aria-live": "off", "aria-label": t("messages", { name }), tabindex: 0 };
    this.pending = h("ol", { class: "list pending", "aria-label": t("not_sent_yet"), hidden: true });
    this.log = h("div", log, this.top, this.blank, this.list, this.pending);
    this.pinWords = h("span", { class: "pin-words" });
    this.pinBar = h("button", { type: "button", class: "pin-bar", hidden: true, onclick: () => this.goTo(this.pinnedId) }, icon("pin"), this.pinWords);
    this.newWords = h("span", { class: "count" });
    this.downButton = h("button", { type: "button", class: "down", hidden: true, onclick: () => this.toEnd() }, icon("down"), this.newWords);
    this.root = h("div", { class: "chat" }, this.pinBar, this.log, this.downButton);
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    const moved = () => (this.hand = performance.now());
    for (const kind of ["wheel", "touchmove", "keydown", "pointerup", "pointercancel"]) this.log.addEventListener(kind, moved, { passive: true });
    this.log.addEventListener("pointerdown", () => (this.hand = Infinity));
    this.log.addEventListener("keydown", (event) => this.walk(event));
    this.log.addEventListener("focusin", (event) => this.reach(event.target === this.log ? this.latest() : event.target.closest?.(".message")));
    this.sizes = new ResizeObserver(() => this.stuck && this.toEnd());
    this.sizes.observe(this.list);
    this.sizes.observe(this.log);
    this.more = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.earlier(), { root: this.log, rootMargin: "800px 0px 0px" });
    this.more.observe(this.top);
  }

  close() {
    this.sizes.disconnect();
    this.more.disconnect();
    this.root.remove();
  }

  // --- reading

  /** Read the chat from the stage and change only what differs; calls during a reading lead to one more. */
  async read() {
    if (this.reading) {
      this.again = true;
      return this.reading;
    }
    this.reading = this.readOnce().finally(() => {
      this.reading = null;
      if (this.again) {
        this.again = false;
        this.read().catch(() => {});
      }
    });
    return this.reading;
  }

  async readOnce() {
    this.late = [];
    try {
      const answer = await call(`chat/${this.id}`);
      const found = Array.isArray(answer) ? answer : (answer?.messages ?? []);
      this.reconcile(found);
    } finally {
      const late = this.late;
      this.late = null;
      for (const event of late) this.hear(event);
    }
    this.log.setAttribute("aria-live", "polite");
  }

  reconcile(found) {
    const fresh = new Map(found.map((m) => [m.message_id, m]));
    const last = Math.max(0, ...this.messages.keys());
    const another = this.messages.size > 0 && ![...this.messages.keys()].some((id) => fresh.has(id)); // a new world after a restart
    if (!this.messages.size || another || [...fresh.keys()].some((id) => id < last && !this.messages.has(id))) return this.fill(fresh);
    for (const id of [...this.messages.keys()]) if (!fresh.has(id)) this.remove(id);
    for (const [id, message] of fresh) {
      const known = this.messages.get(id);
      if (!known) this.append(message);
      else if (JSON.stringify(known) !== JSON.stringify(message)) this.replace(message);
    }
    return this.tidy();
  }

  fill(fresh) {
    this.messages = fresh;
    this.items.clear();
    this.list.replaceChildren();
    this.unread = 0;
    const ids = [...fresh.keys()].slice(-PAGE);
    this.first = ids[0] ?? Infinity;
    this.list.append(...this.drawn(ids));
    this.stuck = true;
    this.tidy();
    this.toEnd();
  }

  /** The items of some messages, with a line wherever the day changes. */
  drawn(ids) {
    const out = [];
    let before = null;
    for (const id of ids) {
      const message = this.messages.get(id);
      const today = dayKey(message.date * 1000, this.view.zone);
      if (today !== before) out.push(this.dayLine(message, today));
      before = today;
      out.push(this.item(message));
    }
    return out;
  }

  dayLine(message, key) {
    return h("li", { class: "day", "data-day": key }, h("span", null, day(message.date * 1000, this.view.zone, this.view.locale)));
  }

  item(message) {
    const item = bubble(message, this.view);
    this.items.set(message.message_id, item);
    item.dataset.day = dayKey(message.date * 1000, this.view.zone);
    return item;
  }

  earlier() {
    const ids = [...this.messages.keys()].filter((id) => id < this.first);
    if (!ids.length) return;
    if (this.log.scrollTop === 0) this.log.scrollTop = 1; // at 0 browsers do not keep the place
    const page = ids.slice(-PAGE);
    const added = this.drawn(page);
    const line = this.list.firstElementChild;
    if (line?.classList.contains("day") && line.dataset.day === added.at(-1).dataset.day) line.remove();
    this.first = page[0];
    this.list.prepend(...added);
    this.more.unobserve(this.top); // so that it reports again if the top is still near
    this.more.observe(this.top);
  }

  // --- events

  /** One event of the stage about this chat. */
  hear(event) {
    if (this.late) return this.late.push(event);
    const id = event.message_id ?? event.message?.message_id;
    const known = this.messages.get(id);
    if (event.kind === "message" && event.message) {
      if (known) this.replace(event.message);
      else this.append(event.message, true);
    } else if (event.kind === "edit" && event.message) {
      if (known) this.replace(event.message);
    } else if (event.kind === "delete" && known) this.replace({ ...known, deleted: true });
    else if (event.kind === "pin" && known) this.replace({ ...known, pinned: event.pinned !== false });
    else if (event.kind === "reaction" && known) this.replace({ ...known, reactions: { ...known.reactions, [event.user_id]: event.reaction } });
    else if (event.kind !== "message" || id === undefined) return undefined;
    return this.tidy();
  }

  append(message, news = false) {
    const last = this.list.lastElementChild;
    this.messages.set(message.message_id, message);
    if (this.first === Infinity) this.first = message.message_id;
    const today = dayKey(message.date * 1000, this.view.zone);
    if (last?.dataset.day !== today) this.list.append(this.dayLine(message, today));
    const item = this.item(message);
    if (news) item.classList.add("arrives");
    this.list.append(item);
    const own = !message.from_bot && message.from?.id === this.view.userId;
    if (own) this.stuck = true;
    else if (!this.stuck && !message.service) this.unread += 1;
  }

  replace(message) {
    const old = this.items.get(message.message_id);
    this.messages.set(message.message_id, message);
    if (!old) return undefined;
    const focus = old.contains(document.activeElement) ? [...old.querySelectorAll("[data-reach]")].indexOf(document.activeElement) : null;
    const item = this.item(message);
    old.replaceWith(item);
    if (focus !== null) this.refocus(item, focus);
    return undefined;
  }

  /** After an edit under the person's hands the focus stays: on the same button, else on the message. */
  refocus(item, index) {
    this.reach(item);
    (item.querySelectorAll("[data-reach]")[index] ?? item).focus({ preventScroll: true });
  }

  remove(id) {
    const item = this.items.get(id);
    this.messages.delete(id);
    this.items.delete(id);
    if (!item) return;
    if (item.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    const line = item.previousElementSibling;
    const next = item.nextElementSibling;
    item.remove();
    if (line?.classList.contains("day") && (!next || next.classList.contains("day"))) line.remove();
  }

  /** What was written without network, each with a clock instead of its time. */
  wait(words) {
    const mark = words.join("\n");
    if (mark === this.waits) return;
    this.waits = mark;
    this.pending.hidden = !words.length;
    this.pending.replaceChildren(...words.map((one) => h("li", { class: "message out" }, h("div", { class: "row" }, h("div", { class: "stack" }, h("div", { class: "bubble" }, h("div", { class: "text", dir: "auto" }, one), h("div", { class: "meta", title: t("not_sent_yet") }, icon("clock"))))))));
    if (words.length) this.toEnd();
  }

  // --- around the messages

  tidy() {
    this.blank.hidden = this.messages.size > 0;
    let pinned = null;
    for (const message of this.messages.values()) if (message.pinned && !message.deleted) pinned = message;
    this.pinnedId = pinned?.message_id;
    this.pinBar.hidden = !pinned;
    if (pinned) {
      this.pinWords.textContent = summary(pinned);
      this.pinBar.setAttribute("aria-label", `${t("pinned")}: ${summary(pinned)}`);
    }
    const within = this.log.contains(document.activeElement) && document.activeElement !== this.log;
    if (!within || !this.reached?.isConnected) this.reach(this.latest());
    this.showDown();
    this.changed();
  }

  /** The latest message with buttons. */
  latest() {
    return this.keys[this.keys.length - 1]?.closest(".message");
  }

  /** Only one message at a time has its buttons in the Tab order: the one walked to, else the latest with buttons. */
  reach(item) {
    if (!item || this.reached === item) return;
    for (const control of this.reached?.querySelectorAll("[data-reach]") ?? []) control.tabIndex = -1;
    for (const control of item?.querySelectorAll("[data-reach]") ?? []) control.tabIndex = 0;
    this.reached = item;
  }

  walk(event) {
    if (!["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...this.list.querySelectorAll(".message")];
    if (!items.length) return;
    const at = items.indexOf(document.activeElement.closest(".message"));
    const to = { ArrowUp: at < 0 ? items.length - 1 : at - 1, ArrowDown: at < 0 ? items.length - 1 : at + 1, Home: 0, End: items.length - 1 }[event.key];
    event.preventDefault();
    items[Math.max(0, Math.min(to, items.length - 1))].focus();
    if (to < 0) this.earlier();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.stuck = true;
    else if (performance.now() - this.hand < HAND_MS) this.stuck = false; // else something grew, and the end is followed
    else if (this.stuck) this.log.scrollTop = scrollHeight;
    if (this.stuck) this.unread = 0;
    this.showDown();
  }

  showDown() {
    this.downButton.hidden = this.stuck;
    const words = this.unread ? t("new", { n: this.unread }) : "";
    if (this.newWords.textContent !== String(this.unread || "")) this.newWords.textContent = this.unread || "";
    this.downButton.setAttribute("aria-label", words ? `${t("to_end")}. ${words}` : t("to_end"));
  }

  toEnd() {
    this.stuck = true;
    this.unread = 0;
    this.log.scrollTop = this.log.scrollHeight;
    this.showDown();
  }

  goTo(id) {
    while (id < this.first && this.messages.has(id)) this.earlier();
    const item = this.items.get(id);
    if (!item) return;
    this.stuck = false;
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
    item.classList.remove("found");
    requestAnimationFrame(() => item.classList.add("found"));
  }
}

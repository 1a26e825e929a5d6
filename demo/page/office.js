// Inside: what lies in the bot's inbox and outbox, what is in doubt, what comes next, and what it asked of Telegram.

import { call, optional } from "./api.js";
import { dialog, h } from "./dom.js";
import { day, dayKey, second } from "./time.js";
import { language, t } from "./words.js";

const STIR_MS = 400;
const EVERY_MS = 5000;
const VIEWS = ["outbox", "inbox", "doubt", "coming", "calls"];

/** The panel at the side. `stage` is what all share, see stage.js. */
export class Office {
  constructor(stage, root) {
    this.stage = stage;
    this.root = root;
    this.view = "outbox";
    this.told = null;
    this.tabs = new Map();
    root.setAttribute("aria-label", t("inside"));
    const bar = h("div", { class: "office-tabs", role: "tablist", "aria-label": t("inside"), onkeydown: (event) => this.walk(event) }, VIEWS.map((view) => this.tab(view)));
    this.list = h("ol", { class: "office-list" });
    this.panel = h("div", { class: "office-panel", id: "office-list", role: "tabpanel", tabindex: 0 }, this.list);
    root.append(h("h2", { class: "unseen" }, t("inside")), bar, this.panel);
    setInterval(() => document.visibilityState === "visible" && this.read(), EVERY_MS);
    if (localStorage.getItem("fieldpost.inside") === "open" && matchMedia("(min-width: 1100px)").matches) this.toggle();
  }

  tab(view) {
    const count = h("span", { class: "count" });
    const tab = h("button", { type: "button", role: "tab", "aria-controls": "office-list", onclick: () => this.show(view) }, h("span", null, t(`office_${view}`)), count);
    this.tabs.set(view, { tab, count });
    return tab;
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.show(VIEWS[(VIEWS.indexOf(this.view) + step + VIEWS.length) % VIEWS.length]);
    this.tabs.get(this.view).tab.focus();
  }

  get open() {
    return !this.root.hidden;
  }

  toggle() {
    this.root.hidden = this.open;
    this.stage.desk.inside.setAttribute("aria-expanded", String(this.open));
    localStorage.setItem("fieldpost.inside", this.open ? "open" : "shut");
    this.show(this.view);
    this.read();
  }

  show(view) {
    this.view = view;
    for (const [name, { tab }] of this.tabs) {
      tab.setAttribute("aria-selected", String(name === view));
      tab.tabIndex = name === view ? 0 : -1;
    }
    this.panel.setAttribute("aria-label", t(`office_${view}`));
    this.drawn = null;
    this.draw();
  }

  /** Something happened: read soon, once for many events. */
  stir() {
    if (!this.open || this.stirring) return;
    this.stirring = setTimeout(() => {
      this.stirring = null;
      this.read();
    }, STIR_MS);
  }

  async read() {
    if (!this.open) return;
    const told = await optional("office").catch(() => null);
    if (!told) return;
    this.told = told;
    this.draw();
  }

  draw() {
    if (!this.told) return;
    const { told } = this;
    const counts = { doubt: told.doubt.filter((one) => one.state === "in_doubt").length, coming: told.coming.length, inbox: told.inbox.filter((one) => one.state === "open").length + told.unfetched, outbox: told.outbox.filter((one) => one.state === "queued").length };
    for (const [view, { count }] of this.tabs) count.textContent = counts[view] || "";
    const mark = JSON.stringify(told[this.view]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    const draw = { inbox: (one) => this.update(one), calls: (one) => this.request(one), coming: (one) => (one.due ? this.due(one) : this.letter(one)) }[this.view] ?? ((one) => this.letter(one));
    const rows = told[this.view].map(draw);
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    this.list.replaceChildren(...(rows.length ? rows : [h("li", { class: "blank" }, t("nothing_there"))]));
    if (focused) this.list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  who(chatId) {
    if (!chatId) return "";
    return this.stage.titleOf(Number(chatId));
  }

  at(moment) {
    return moment ? second(Date.parse(moment), this.stage.zone) : "";
  }

  /** The same, with the day if it is not today's. */
  when(moment) {
    if (!moment) return "";
    const at = Date.parse(moment);
    const { zone, clock } = this.stage;
    return dayKey(at, zone) === dayKey(clock.now(), zone) ? this.at(moment) : `${day(at, zone, language)} ${this.at(moment)}`;
  }

  row(id, state, head, gist, open) {
    const words = [h("span", { class: `mark mark-${state}` }, t(`state_${state}`)), h("b", null, head), gist ? h("span", { class: "gist" }, gist) : null];
    return h("li", null, open ? h("button", { type: "button", "data-id": id, onclick: open }, words) : h("div", null, words));
  }

  letter(one) {
    const head = [`#${one.id}`, one.method, this.who(one.chat_id), this.at(one.settled_at ?? one.due_at)].filter(Boolean).join(" · ");
    return this.row(`l${one.id}`, one.state ?? "queued", head, one.error ? `${one.error}. ${one.gist}` : one.gist, () => this.explain(one));
  }

  /** What will be due: of what kind, when, to whom, and of which meeting. */
  due(one) {
    const whom = one.people > one.names.length ? t("and_more", { names: one.names.join(", "), n: one.people - one.names.length }) : one.names.join(", ");
    const about = one.meeting || (one.meetings > 1 ? t("meetings_n", { n: one.meetings }) : one.gist);
    const row = this.row(null, "queued", [this.when(one.due_at), t(`due_${one.due}`)].filter(Boolean).join(" · "), [whom, about].filter(Boolean).join(" · "));
    row.querySelector(".mark").textContent = t(one.due_at ? "state_queued" : "waits_for_somebody");
    return row;
  }

  update(one) {
    const head = [one.kind, this.who(one.user_id), this.at(one.received_at)].filter(Boolean).join(" · ");
    return this.row(`u${one.update_id}`, one.state, head, one.error ? `${one.error}. ${one.gist}` : one.gist, () => this.open_update(one.update_id));
  }

  request(one) {
    const head = [one.method, this.who(one.chat_id), this.at(one.when)].filter(Boolean).join(" · ");
    const why = [one.fault ? `⚡ ${one.fault}` : null, one.description, one.gist].filter(Boolean).join(" · ");
    const row = this.row(`c${one.n}`, one.status === 200 ? "sent" : "refused", head, why);
    row.querySelector(".mark").textContent = one.status || "—";
    return row;
  }

  /** A letter was clicked: the update that caused it, or that the clock did. */
  explain(letter) {
    if (letter.cause) return this.open_update(letter.cause, letter);
    dialog(`#${letter.id} ${letter.method}`, h("div", { class: "sheet-body" }, h("p", null, t("by_clock")), this.facts(letter)), { class: "update" });
    return undefined;
  }

  facts(letter) {
    const shown = {
      kind: letter.kind, policy: letter.policy, state: t(`state_${letter.state ?? "queued"}`), attempts: letter.attempts,
      queued_at: this.when(letter.queued_at), due_at: this.when(letter.due_at), settled_at: this.when(letter.settled_at), error: letter.error, gist: letter.gist,
    };
    return h("dl", null, Object.entries(shown).filter(([, value]) => value).map(([key, value]) => [h("dt", null, t(`fact_${key}`)), h("dd", null, String(value))]));
  }

  async open_update(updateId, letter) {
    let told;
    try {
      told = await call(`update/${updateId}`);
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
      return;
    }
    const body = h(
      "div",
      { class: "sheet-body" },
      letter ? h("p", null, t("caused_by", { n: letter.id })) : null,
      h("p", null, h("b", null, [told.kind, this.who(told.user_id), this.at(told.received_at)].join(" · "))),
      h("pre", { tabindex: 0 }, h("code", null, JSON.stringify(told.raw, null, 2))),
      h("h3", null, t("its_letters", { n: told.letters.length })),
      h("ol", { class: "office-list" }, told.letters.map((one) => this.row(`m${one.id}`, one.state, `#${one.id} · ${one.method} · ${this.who(one.chat_id)}`, one.gist))),
    );
    dialog(`${t("update")} ${updateId}`, body, { class: "update" });
  }
}


// The head of the page: the mission's clock, the bot's state, what to try.

import { optional } from "./api.js";
import { dialog, h } from "./dom.js";
import { day, nextAt, offsetName, second } from "./time.js";
import { LANGUAGES, language, t } from "./words.js";

const PACES = [1, 10, 60, 300];

/** The stage's time between two readings of it. */
export class Clock {
  constructor() {
    this.base = Date.now();
    this.read = performance.now();
    this.speed = 1;
    this.held = false;
    this.turnable = false;
  }

  /** Milliseconds since 1970. */
  now() {
    return this.held ? this.base : this.base + (performance.now() - this.read) * this.speed;
  }

  set(told) {
    const at = Date.parse(told?.now ?? told?.clock ?? "");
    if (Number.isFinite(at)) this.base = at;
    this.read = performance.now();
    this.speed = Number.isFinite(told?.speed) ? told.speed : this.speed;
    this.held = told?.held ?? this.held;
  }
}

/** The header. `stage` is what all share, see stage.js. */
export class Desk {
  constructor(stage, root) {
    this.stage = stage;
    this.root = root;
    this.bot = null;
    this.build();
  }

  build() {
    const press = (key, act, more) => h("button", { type: "button", onclick: act, ...more }, t(key));
    this.title = h("h1", null, "Fieldpost");
    this.face = h("time", { class: "clock-face" });
    this.date = h("span", { class: "clock-date" });
    this.hold = press("hold", () => this.turn({ hold: !this.stage.clock.held }));
    this.pace = h("select", { "aria-label": t("pace"), title: t("pace"), onchange: () => this.turn({ speed: Number(this.pace.value) }) }, PACES.map((n) => h("option", { value: n }, t("speed", { n }))));
    this.turning = h(
      "div",
      { class: "buttons", hidden: true },
      this.hold,
      press("plus15", () => this.turn({ step_seconds: 900 })),
      press("to20", () => this.turn({ set: new Date(nextAt(this.stage.clock.now(), this.stage.zone, 20)).toISOString() })),
      press("realtime", () => this.turn({ speed: 1 }, { hold: false })),
      this.pace,
    );
    this.botState = h("span", { class: "bot-state", role: "status" });
    this.botFacts = h("span", { class: "bot-facts" });
    this.botButton = press("kill", () => this.command(this.bot?.running ? "kill" : "start"));
    this.botRestart = press("restart", () => this.restart());
    this.botBox = h("section", { class: "desk-part bot", "aria-label": t("bot"), hidden: true }, this.botState, this.botFacts, h("div", { class: "buttons" }, this.botButton, this.botRestart));
    const tongues = h("select", { "aria-label": t("language"), title: t("language"), onchange: () => this.speak(tongues.value) }, Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === language }, name)));
    const clock = h("section", { class: "desk-part clock", "aria-label": t("clock") }, this.face, this.date, this.turning);
    const tools = h("div", { class: "desk-part tools-right" }, h("button", { type: "button", class: "primary", "aria-label": t("add_phone"), onclick: () => choosePhone(this.stage) }, "+ ", h("span", { class: "wide" }, t("add_phone"))), tongues);
    this.tryList = h("ol", null);
    this.tryBox = h("details", { class: "try", hidden: true }, h("summary", null, t("what")), this.tryList);
    this.root.append(h("div", { class: "desk-row" }, h("div", { class: "desk-part name" }, this.title, h("span", { class: "wide" }, t("rehearsal"))), clock, this.botBox, tools), this.tryBox);
    this.tryBox.open = matchMedia("(min-width: 760px)").matches && localStorage.getItem("fieldpost.try") !== "shut";
    this.tryBox.addEventListener("toggle", () => localStorage.setItem("fieldpost.try", this.tryBox.open ? "open" : "shut"));
  }

  speak(code) {
    const address = new URL(location.href);
    address.searchParams.set("lang", code);
    location.assign(address);
  }

  /** What the cast brings: the mission's name and what to try. */
  cast(cast) {
    if (cast?.mission) this.title.textContent = typeof cast.mission === "string" ? cast.mission : (cast.mission.name ?? "Fieldpost");
    document.title = `${this.title.textContent}: ${t("rehearsal")}`;
    const tries = Array.isArray(cast?.try) ? cast.try : [];
    this.tryBox.hidden = !tries.length;
    this.tryList.replaceChildren(...tries.map((one) => h("li", null, typeof one === "string" ? one : (one.text ?? ""))));
  }

  tick() {
    const { clock, zone } = this.stage;
    const now = clock.now();
    const words = second(now, zone);
    if (this.face.textContent !== words) this.face.textContent = words;
    const date = `${day(now, zone, language)} · ${zone ?? ""} (${offsetName(now, zone)})${clock.held ? ` · ${t("held")}` : clock.speed === 1 ? "" : ` · ${t("speed", { n: clock.speed })}`}`;
    if (this.date.textContent !== date) this.date.textContent = date;
  }

  drawClock() {
    const { clock } = this.stage;
    this.turning.hidden = !clock.turnable;
    this.hold.textContent = t(clock.held ? "resume" : "hold");
    if (PACES.includes(clock.speed)) this.pace.value = String(clock.speed);
    this.tick();
  }

  async readClock() {
    const told = await optional("clock").catch(() => undefined);
    if (told === undefined) return;
    this.stage.clock.turnable = told !== null;
    if (told) this.stage.clock.set(told);
    this.drawClock();
  }

  async turn(...orders) {
    try {
      let told = null;
      for (const order of orders) told = await optional("clock", order);
      if (told?.now) this.stage.clock.set(told);
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
    await this.readClock();
  }

  async readBot() {
    const told = await optional("bot").catch(() => undefined);
    if (told === undefined) return;
    this.bot = told;
    this.botBox.hidden = told === null;
    if (told) this.drawBot();
  }

  drawBot() {
    const { running } = this.bot;
    const words = `${t("bot")}: ${t(running ? "running" : "stopped")}`;
    if (this.botState.textContent !== words) this.botState.textContent = words;
    this.botState.classList.toggle("on", Boolean(running));
    const facts = Object.entries(this.bot.status ?? {}).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    const told = facts.slice(0, 5).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(" · ");
    if (this.botFacts.textContent !== told) this.botFacts.textContent = told;
    this.botFacts.title = facts.map(([name, value]) => `${name}: ${value}`).join("\n");
    this.botButton.textContent = t(running ? "kill" : "start_bot");
    this.botRestart.hidden = !running;
  }

  async command(action) {
    try {
      await optional("bot", { action });
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
    await this.readBot();
  }

  async restart() {
    await this.command("kill");
    await this.command("start");
  }
}

/** The sheet that adds a phone: a person found by name or role, a member of a group, or a stranger. */
export function choosePhone(stage) {
  const search = h("input", { type: "search", autocomplete: "off", autofocus: true, oninput: () => draw() });
  const results = h("div", { class: "choices", role: "group", "aria-label": t("people") });
  const name = h("input", { autocomplete: "off", maxlength: 64, value: "Alex Stranger" });
  const stranger = h("form", { class: "stranger", onsubmit: unknown }, h("label", { class: "field" }, `${t("stranger")} (${t("stranger_hint")})`, name), h("button", null, t("add")));
  const body = h("div", { class: "sheet-body" }, h("label", { class: "field" }, t("find_person"), search), results, stranger, h("button", { type: "button", class: "plain", onclick: () => box.close() }, t("close")));
  const box = dialog(t("add_phone"), body, { class: "add" });
  draw();

  function choice(title, below, act) {
    return h("button", { type: "button", class: "choice", onclick: act }, h("b", null, title), h("span", null, below));
  }

  function draw() {
    const asked = search.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fits = (...words) => asked.every((part) => words.join(" ").toLocaleLowerCase().includes(part));
    const people = stage.roster().filter((one) => fits(one.name, one.role ?? "", one.hint ?? "", one.language ?? "")).slice(0, 60);
    const groups = [...stage.chats.values()].filter((one) => one.type !== "private" && !one.migrated_to && fits(one.title ?? "", t("group")));
    results.replaceChildren(
      ...groups.map((one) => choice(one.title, t("group"), () => member(one))),
      ...people.map((one) => choice(one.name, [one.role, one.hint].filter(Boolean).join(" · "), () => add(one))),
    );
    if (!results.children.length) results.append(h("p", null, t("nobody")));
  }

  function member(group) {
    const inside = stage.membersOf(group.id).map((id) => stage.person(id));
    results.replaceChildren(h("p", null, `${group.title}: ${t("choose_member")}`), ...inside.map((one) => choice(one.name, one.role ?? "", () => add(one, group.id))));
    results.querySelector("button")?.focus();
  }

  function add(person, chatId) {
    box.close();
    stage.add(person, chatId, true);
  }

  function unknown(event) {
    event.preventDefault();
    const said = name.value.trim();
    if (said) add({ user_id: 7_000_000_000 + Math.floor(Math.random() * 900_000_000), name: said, role: t("stranger"), language: language });
  }
}

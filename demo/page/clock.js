// The mission's clock: what it shows, and the buttons that turn it.

import { optional } from "./api.js";
import { h } from "./dom.js";
import { day, hour, offsetName, second } from "./time.js";
import { language, t } from "./words.js";

const PACES = [1, 10, 60, 300];

/** The stage's time between two readings of it. */
export class Clock {
  constructor() {
    this.base = Date.now();
    this.read = performance.now();
    this.speed = 1;
    this.held = false;
    this.real = false;
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
    this.real = told?.real ?? this.real;
  }
}

/** The clock's part of the desk. `stage` is what all share, see stage.js. */
export class ClockDesk {
  constructor(stage) {
    this.stage = stage;
    const press = (key, act, name) => h("button", { type: "button", class: name, onclick: act }, t(key));
    this.face = h("time", { class: "clock-face" });
    this.date = h("span", { class: "clock-date" });
    this.hold = h("button", { type: "button", class: "hold", "aria-pressed": "false", onclick: () => this.turn({ hold: !stage.clock.held }) }, t("hold"));
    this.pace = h("select", { "aria-label": t("pace"), title: t("pace"), onchange: () => this.turn({ speed: Number(this.pace.value), hold: false }) }, PACES.map((n) => h("option", { value: n }, t("speed", { n }))));
    this.hour = h("input", { required: true, inputmode: "numeric", pattern: "([01]?[0-9]|2[0-3]):[0-5][0-9]", maxlength: 5, autocomplete: "off", "aria-label": t("go_to_hour"), title: t("go_to_hour"), value: "20:00" });
    this.set = h("form", { class: "set", onsubmit: (event) => { event.preventDefault(); this.turn({ set: this.hour.value }); } }, this.hour, h("button", null, t("go_to")));
    this.real = press("realtime", () => this.turn({ real: true }), "real");
    this.turning = h("div", { class: "buttons", hidden: true }, this.hold, press("plus5", () => this.turn({ step_seconds: 300 }), "plus5"), press("plus60", () => this.turn({ step_seconds: 3600 }), "plus60"), this.set, this.pace, this.real);
    this.root = h("section", { class: "desk-part clock", "aria-label": t("clock") }, this.face, this.date, this.turning);
  }

  tick() {
    const { clock, zone } = this.stage;
    const now = clock.now();
    const words = second(now, zone);
    if (this.face.textContent !== words) this.face.textContent = words;
    const pace = clock.held ? ` · ${t("held")}` : clock.speed === 1 ? "" : ` · ${t("speed", { n: clock.speed })}`;
    const date = `${day(now, zone, language)} · ${zone ?? ""} (${offsetName(now, zone)})${pace}`;
    if (this.date.textContent !== date) this.date.textContent = date;
  }

  draw() {
    const { clock } = this.stage;
    this.turning.hidden = !clock.turnable;
    this.hold.setAttribute("aria-pressed", String(clock.held));
    this.hold.textContent = t(clock.held ? "resume" : "hold");
    this.real.disabled = clock.real;
    if (PACES.includes(clock.speed)) this.pace.value = String(clock.speed);
    this.tick();
  }

  async read() {
    const told = await optional("clock").catch(() => undefined);
    if (told === undefined) return;
    this.stage.clock.turnable = told !== null;
    if (told) this.stage.clock.set(told);
    this.draw();
  }

  hear(event) {
    this.stage.clock.set(event);
    this.draw();
  }

  async turn(order) {
    try {
      const told = await optional("clock", order);
      if (told?.now) this.stage.clock.set(told);
      if (order.set) this.stage.notice(t("clock_now", { at: hour(this.stage.clock.now(), this.stage.zone) }));
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
    await this.read();
  }
}

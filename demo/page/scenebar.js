// The player of a scene: play, pause, step, and what comes next.

import { call, optional } from "./api.js";
import { h } from "./dom.js";
import { inWords, t } from "./words.js";

export class SceneBar {
  constructor(stage, root) {
    this.stage = stage;
    this.root = root;
    root.setAttribute("aria-label", t("scene"));
    this.title = h("b", null);
    this.play = h("button", { type: "button", class: "play", onclick: () => this.order(this.told?.playing ? "pause" : "play") }, t("play"));
    this.next = h("button", { type: "button", class: "step", onclick: () => this.order("step") }, t("step"));
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("scene") });
    this.where = h("span", { class: "scene-where" });
    this.note = h("p", { class: "scene-note", role: "status" });
    root.append(h("div", { class: "scene-row" }, this.title, h("div", { class: "buttons" }, this.play, this.next), this.bar, this.where), this.note);
  }

  async read() {
    const told = await optional("scene").catch(() => null);
    this.root.hidden = !told;
    if (!told) return;
    this.told = told;
    this.title.textContent = inWords(told.title);
    this.play.textContent = t(told.playing ? "pause" : "play");
    const over = told.at >= told.steps.length;
    this.play.disabled = this.next.disabled = over && !told.playing;
    if (told.playing) this.next.disabled = true;
    this.bar.max = told.steps.length;
    this.bar.value = told.at;
    this.where.textContent = `${told.at} / ${told.steps.length}`;
    this.note.classList.toggle("wrong", Boolean(told.why));
    this.note.textContent = told.why || (told.at === 0 && told.about ? inWords(told.about) : over ? t("scene_over") : this.words(told.steps[told.at]));
  }

  /** What the next step is, as its note says or in the scene's own words. */
  words(step) {
    if (step.note) return inWords(step.note);
    const value = inWords(step.value);
    return [step.who, step.do && t(`do_${step.do}`), value === true ? "" : Array.isArray(value) ? value.join(", ") : value].filter((one) => one !== undefined && one !== "" && one !== null).join(" · ");
  }

  async order(action) {
    try {
      await call("scene", { action }, { signal: AbortSignal.timeout(120_000) });
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
    await this.read();
  }
}

// The bot's part of the desk: whether it runs, kill and start, and the weather that Telegram makes for it.

import { optional } from "./api.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const WEATHERS = ["fine", "slow", "429", "5xx", "lost", "refused", "dark"];

export class BotDesk {
  constructor(stage) {
    this.stage = stage;
    this.told = null;
    const press = (key, name, action) => h("button", { type: "button", class: name, onclick: () => this.command(action) }, t(key));
    this.state = h("span", { class: "bot-state", role: "status" });
    this.facts = h("span", { class: "bot-facts" });
    this.kill = press("kill", "kill", "kill");
    this.start = press("start_bot", "start-bot", "start");
    this.restart = press("restart", "restart", "restart");
    this.weather = h("select", { class: "weather", "aria-label": t("weather_of"), onchange: () => this.change(this.weather.value) }, WEATHERS.map((one) => h("option", { value: one }, t(`weather_${one}`))));
    const label = h("span", { class: "weather-label" }, h("span", { "aria-hidden": "true" }, t("weather")), this.weather);
    this.root = h("section", { class: "desk-part bot", "aria-label": t("bot"), hidden: true }, this.state, this.facts, h("div", { class: "buttons" }, this.kill, this.start, this.restart, label));
  }

  async read() {
    const told = await optional("bot").catch(() => undefined);
    if (told === undefined) return;
    this.told = told;
    this.root.hidden = told === null;
    if (told) this.draw();
  }

  draw() {
    const { running, starts, waiting, busy } = this.told;
    const words = `${t("bot")}: ${t(running ? "running" : "stopped")}`;
    if (this.state.textContent !== words) this.state.textContent = words;
    this.state.classList.toggle("on", Boolean(running));
    const facts = [t("starts", { n: starts }), waiting ? t("not_fetched", { n: waiting }) : null, running && busy ? t("busy") : null].filter(Boolean).join(" · ");
    if (this.facts.textContent !== facts) this.facts.textContent = facts;
    this.facts.title = this.told.last_words ?? "";
    this.kill.hidden = this.restart.hidden = !running;
    this.start.hidden = running;
  }

  drawWeather(told) {
    if (WEATHERS.includes(told?.bot)) this.weather.value = told.bot;
    this.weather.classList.toggle("foul", told?.bot !== "fine");
  }

  async command(action) {
    try {
      await optional("bot", { action });
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
    const had = this.root.contains(document.activeElement);
    await this.read();
    if (had && document.activeElement?.hidden) (this.told?.running ? this.restart : this.start).focus();
  }

  async change(weather) {
    try {
      await optional("weather", { bot: weather });
    } catch (error) {
      this.stage.notice(t("failed", { why: error.message }));
    }
  }
}

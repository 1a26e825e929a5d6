// The head of the page: the mission's clock, the bot's state, what to try, the panel, the language.

import { BotDesk } from "./botdesk.js";
import { ClockDesk } from "./clock.js";
import { h } from "./dom.js";
import { choosePhone } from "./roster.js";
import { inWords, LANGUAGES, language, t } from "./words.js";

/** The header. `stage` is what all share, see stage.js. */
export class Desk {
  constructor(stage, root) {
    this.stage = stage;
    this.root = root;
    this.clock = new ClockDesk(stage);
    this.bot = new BotDesk(stage);
    this.build();
  }

  build() {
    const narrow = matchMedia("(max-width: 759px)").matches;
    this.title = h("h1", null, "Fieldpost");
    const tongues = h("select", { "aria-label": t("language"), title: t("language"), onchange: () => this.speak(tongues.value) }, Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === language }, narrow ? code.toUpperCase() : name)));
    this.inside = h("button", { type: "button", class: "inside", "aria-expanded": "false", "aria-controls": "office", onclick: () => this.stage.office.toggle() }, t("inside"));
    const add = h("button", { type: "button", class: "primary", "aria-label": t("add_phone"), onclick: () => choosePhone(this.stage) }, "+ ", h("span", { class: "wide" }, t("add_phone")));
    const tools = h("div", { class: "desk-part tools-right" }, this.inside, add, tongues);
    this.tryList = h("ol", null);
    this.tryBox = h("details", { class: "try", hidden: true }, h("summary", null, t("what")), this.tryList);
    const name = h("div", { class: "desk-part name" }, this.title, h("span", { class: "wide" }, t("rehearsal")));
    this.root.append(h("div", { class: "desk-row" }, name, this.clock.root, this.bot.root, tools), this.tryBox);
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
    this.title.textContent = String(cast?.mission ?? "Fieldpost");
    this.title.title = this.title.textContent;
    document.title = `${this.title.textContent}: ${t("rehearsal")}`;
    const tries = Array.isArray(cast?.try) ? cast.try : [];
    this.tryBox.hidden = !tries.length;
    this.tryList.replaceChildren(...tries.map((one) => h("li", null, String(inWords(one)))));
  }
}

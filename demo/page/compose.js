// Where a person writes: the text field, the bot's buttons beneath it, commands, files, places.

import { summary } from "./bubble.js";
import { h, icon, iconButton } from "./dom.js";
import { t } from "./words.js";

const LIMIT = 4096;

/** `act` = {say(text, reply), edit(message, text), file(file, options), where(), contact(), start()}; `known` = {commands(), last(), messages()}. */
export class Composer {
  constructor(act, known) {
    this.act = act;
    this.known = known;
    this.answering = null;
    this.changing = null;
    this.keyboard = null;
    this.hiddenKeyboard = null;
    this.build();
  }

  build() {
    this.id = `c${++Composer.made}`;
    this.field = h("textarea", {
      rows: 1, maxlength: LIMIT, "aria-label": t("write"), placeholder: t("write"), dir: "auto", oninput: () => this.typed(), onkeydown: (e) => this.key(e), onpaste: (e) => this.pasted(e),
    });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, "aria-hidden": "true", onchange: () => this.picked() });
    this.attach = iconButton("attach", t("attach"), () => this.picker.click());
    this.place = iconButton("place", t("location"), () => this.act.where(), { class: "icon-button place-button" });
    this.slash = iconButton("slash", t("commands"), () => this.toggleCommands(), { "aria-expanded": "false" });
    this.keysButton = iconButton("keys", t("keyboard"), () => this.toggleKeyboard(), { hidden: true, "aria-expanded": "true" });
    this.sendButton = h("button", { type: "submit", class: "icon-button send", "aria-label": t("send"), title: t("send") }, icon("send"));
    this.about = h("div", { class: "about", hidden: true });
    this.list = h("div", { class: "commands", role: "listbox", id: this.id, "aria-label": t("commands"), hidden: true });
    this.field.setAttribute("aria-controls", this.id);
    this.board = h("div", { class: "keyboard", role: "group", "aria-label": t("keyboard"), hidden: true });
    this.startButton = h("button", { type: "button", class: "start", hidden: true, onclick: () => this.act.start() }, t("start"));
    const row = h("div", { class: "write" }, this.attach, this.place, this.field, this.slash, this.keysButton, this.sendButton);
    this.root = h("form", { class: "composer", onsubmit: (e) => this.submit(e) }, this.list, this.about, this.startButton, row, this.board, this.picker);
  }

  // --- writing

  typed() {
    this.fit();
    this.slash.hidden = this.field.value !== "" && !this.field.value.startsWith("/");
    const asked = /^\/(\w*)$/.exec(this.field.value);
    if (asked) this.showCommands(asked[1].toLowerCase());
    else this.hideCommands();
  }

  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 140)}px`;
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.commandKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.root.requestSubmit();
    } else if (event.key === "Escape" && (this.answering || this.changing)) this.rest();
    else if (event.key === "ArrowUp" && !this.field.value && !this.changing) {
      const own = this.known.lastOwn();
      if (own) {
        event.preventDefault();
        this.startEdit(own);
      }
    }
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    const { changing, answering } = this;
    this.rest(true);
    const done = changing ? await this.act.edit(changing, text) : await this.act.say(text, answering);
    if (done) this.used();
    else if (!this.field.value) {
      this.field.value = text; // nothing a person wrote is lost
      this.typed();
    }
  }

  startEdit(message) {
    this.rest();
    this.changing = message;
    this.field.value = message.text ?? message.caption ?? "";
    this.tell(t("editing"), message);
    this.typed();
    this.field.focus();
  }

  startReply(message, focus = true) {
    this.rest(false);
    this.answering = message;
    this.tell(t("replying", { name: message.from?.first_name ?? "" }), message);
    if (focus) this.field.focus();
  }

  tell(what, message) {
    this.about.replaceChildren(h("div", null, h("b", null, what), h("span", null, summary(message))), iconButton("close", t("cancel"), () => this.rest()));
    this.about.hidden = false;
  }

  /** Back to an empty field; `clear` false keeps what was typed. */
  rest(clear = true) {
    if (clear || this.changing) this.field.value = "";
    this.answering = this.changing = null;
    this.about.hidden = true;
    this.typed();
  }

  insert(text) {
    this.field.value = text;
    this.typed();
    this.field.focus();
  }

  // --- commands

  toggleCommands() {
    if (this.list.hidden) this.showCommands("");
    else this.hideCommands();
    this.field.focus();
  }

  showCommands(start) {
    const found = this.known.commands().filter((one) => one.command.startsWith(start));
    this.list.replaceChildren(
      ...found.map((one, i) =>
        h("div", { class: "command", role: "option", id: `${this.id}-${i}`, "aria-selected": "false", onclick: () => this.command(one.command) }, h("b", null, `/${one.command}`), h("span", null, one.description)),
      ),
    );
    this.list.hidden = !found.length;
    this.chosen = -1;
    this.slash.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  hideCommands() {
    this.list.hidden = true;
    this.slash.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  choose(n) {
    const all = [...this.list.children];
    this.chosen = (n + all.length) % all.length;
    all.forEach((one, i) => one.setAttribute("aria-selected", String(i === this.chosen)));
    this.field.setAttribute("aria-activedescendant", `${this.id}-${this.chosen}`);
    all[this.chosen].scrollIntoView({ block: "nearest" });
  }

  commandKey(event) {
    const name = this.list.children[this.chosen]?.firstChild.textContent.slice(1);
    if (event.key === "ArrowDown") this.choose(this.chosen + 1);
    else if (event.key === "ArrowUp") this.choose(this.chosen - 1);
    else if (event.key === "Escape") this.hideCommands();
    else if (event.key === "Enter" && !event.shiftKey && name) this.command(name);
    else if (event.key === "Tab" && this.field.value && !event.shiftKey) this.insert(`${(this.list.children[Math.max(this.chosen, 0)]).firstChild.textContent} `);
    else return false;
    event.preventDefault();
    return true;
  }

  command(name) {
    this.hideCommands();
    this.rest();
    this.act.say(`/${name}`);
    this.field.focus();
  }

  // --- the bot's keyboard

  /** Show what the latest markup of the bot asks for: buttons, an answer, or nothing; `answered`: the person wrote after it. */
  follow(message, answered) {
    const markup = message?.reply_markup ?? {};
    const once = Boolean(answered && (markup.one_time_keyboard || markup.force_reply));
    const mark = `${message?.message_id} ${once}`;
    if (mark === this.followed) return;
    this.followed = mark;
    this.keyboard = Array.isArray(markup.keyboard) ? markup : null;
    this.hiddenKeyboard = once;
    this.field.placeholder = (!once && markup.input_field_placeholder) || t("write");
    if (markup.force_reply && !once) this.startReply(message, false);
    else if (this.answering?.reply_markup?.force_reply) this.rest(false);
    this.drawKeyboard();
  }

  drawKeyboard() {
    const shown = Boolean(this.keyboard) && !this.hiddenKeyboard;
    this.keysButton.hidden = !this.keyboard;
    this.keysButton.setAttribute("aria-expanded", String(shown));
    this.board.hidden = !shown;
    if (!shown) return;
    const rows = this.keyboard.keyboard.map((row) => h("div", { class: "key-row" }, row.map((button) => this.boardKey(typeof button === "string" ? { text: button } : button))));
    this.board.replaceChildren(...rows);
  }

  boardKey(button) {
    const press = () => {
      if (button.request_location) this.act.where(() => this.used());
      else if (button.request_contact) this.act.contact().then((done) => done && this.used());
      else this.act.say(button.text, this.answering).then((done) => done && this.used());
    };
    return h("button", { type: "button", class: "key", onclick: press }, h("span", null, button.text), button.request_location ? icon("place") : null);
  }

  /** A one-time keyboard goes after use; its button brings it back. */
  used() {
    if (!this.keyboard?.one_time_keyboard || this.hiddenKeyboard) return;
    this.hiddenKeyboard = true;
    this.drawKeyboard();
  }

  toggleKeyboard() {
    this.hiddenKeyboard = !this.hiddenKeyboard;
    this.drawKeyboard();
  }

  // --- files

  picked() {
    this.sendFiles([...this.picker.files]);
    this.picker.value = "";
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.sendFiles(files);
  }

  async sendFiles(files) {
    let caption = this.field.value.trim();
    this.rest();
    for (const file of files) {
      const done = await this.act.file(file, caption);
      if (!done && caption && !this.field.value) this.insert(caption);
      caption = "";
    }
  }
}
Composer.made = 0;

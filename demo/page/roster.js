// The sheet that adds a phone: a person of the roster, a member of a group, or a stranger.

import { dialog, h } from "./dom.js";
import { language, roleOf, t } from "./words.js";

const SHOWN = 60;

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
    const people = stage.roster().filter((one) => fits(one.name, one.role ?? "", roleOf(one), one.reference ?? "", one.hint ?? "", one.language ?? "")).slice(0, SHOWN);
    const groups = [...stage.chats.values()].filter((one) => one.type !== "private" && !one.migrated_to && fits(one.title ?? "", t("group")));
    results.replaceChildren(
      ...groups.map((one) => choice(one.title, t("group"), () => member(one))),
      ...people.map((one) => choice(one.name, [roleOf(one), one.hint].filter(Boolean).join(" · "), () => add(one))),
    );
    if (!results.children.length) results.append(h("p", null, t("nobody")));
  }

  function member(group) {
    const inside = stage.membersOf(group.id).map((id) => stage.person(id));
    results.replaceChildren(h("p", null, `${group.title}: ${t("choose_member")}`), ...inside.map((one) => choice(one.name, roleOf(one), () => add(one, group.id))));
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

// The sheet that adds a phone: a person of the roster, a member of a group, or a stranger.

import { call } from "./api.js";
import { dialog, h } from "./dom.js";
import { language, roleOf, t } from "./words.js";

const SHOWN = 60;

/** The sheet that adds a phone: a person found by name or role, a member of a group, or a stranger. */
export function choosePhone(stage) {
  const search = h("input", { type: "search", autocomplete: "off", autofocus: true, oninput: () => draw() });
  const results = h("div", { class: "choices", role: "group", "aria-label": t("people") });
  const name = h("input", { autocomplete: "off", maxlength: 64, value: "Alex Stranger" });
  const stranger = h("form", { class: "stranger", onsubmit: unknown }, h("label", { class: "field" }, `${t("stranger")} (${t("stranger_hint")})`, name), h("button", null, t("add")));
  const body = h("div", { class: "sheet-body" }, h("label", { class: "field" }, t("find_person"), search), results, stranger, newGroup(stage, () => box.close()), h("button", { type: "button", class: "plain", onclick: () => box.close() }, t("close")));
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

/** The form that makes a group of people whose phones are shown; the first of them puts the bot in. */
function newGroup(stage, close) {
  const title = h("input", { autocomplete: "off", maxlength: 120, required: true });
  const bot = h("select", null, ["member", "administrator"].map((one) => h("option", { value: one }, t(`bot_${one}`))));
  const forum = h("input", { type: "checkbox" });
  const members = stage.phones.map((phone) => h("label", { class: "tick" }, h("input", { type: "checkbox", value: phone.userId, checked: !phone.person.role || phone.person.role !== "stranger" }), phone.person.name));
  const form = h("form", { class: "numbers", onsubmit: make }, h("label", { class: "field" }, t("group_title"), title), h("fieldset", null, h("legend", null, t("members")), members), h("label", { class: "field" }, t("bot"), bot), h("label", { class: "tick" }, forum, t("forum")), h("button", { class: "primary" }, t("add")));
  return h("details", { class: "new-group" }, h("summary", null, t("new_group")), form);

  async function make(event) {
    event.preventDefault();
    const chosen = stage.phones.filter((phone) => members.some((label) => label.firstChild.checked && Number(label.firstChild.value) === phone.userId));
    if (!chosen.length) return;
    try {
      for (const phone of chosen) await stage.ensure(phone.person);
      const made = await call("groups", { title: title.value.trim(), members: chosen.map((phone) => phone.userId), kind: "supergroup", forum: forum.checked });
      await call("add_bot", { chat_id: made.result, by: chosen[0].userId, as_: bot.value });
      close();
      await stage.readAgain();
      chosen[0].open(made.result);
    } catch (error) {
      stage.notice(t("failed", { why: error.message }));
    }
  }
}

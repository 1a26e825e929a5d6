// Text with Bot API entities as DOM nodes. Offsets are UTF-16 code units, which is how JavaScript counts too.

import { h } from "./dom.js";
import { entityTime } from "./time.js";
import { t } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const SAFE = /^(https?:\/\/|tg:\/\/|mailto:|tel:)/i;
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const FOLDED_LINES = 3;

/** Nodes for a text; `hands` = {command, link, zone, locale, now}. Wrong or overlapping entities are cut to fit. */
export function rich(text, entities, hands) {
  const sorted = (Array.isArray(entities) ? entities : [])
    .filter((e) => e && Number.isInteger(e.offset) && Number.isInteger(e.length) && e.offset >= 0 && e.length > 0 && e.offset < text.length)
    .map((e) => ({ ...e, end: Math.min(e.offset + e.length, text.length) }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end);
  return nodes(text, 0, text.length, sorted, hands);
}

function nodes(text, from, to, entities, hands) {
  const out = [];
  let at = from;
  let i = 0;
  let afterBlock = false; // a block begins and ends lines by itself: the newline after it is not drawn
  const plain = (start, end) => text.slice(afterBlock && text[start] === "\n" ? start + 1 : start, end);
  while (i < entities.length) {
    const entity = entities[i];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.end, to);
    i += 1;
    if (end <= start) continue;
    const inside = [];
    const after = [];
    while (i < entities.length && entities[i].offset < end) {
      inside.push(entities[i]);
      if (entities[i].end > end) after.push({ ...entities[i], offset: end });
      i += 1;
    }
    if (start > at) out.push(plain(at, start));
    out.push(dressed(entity, text.slice(start, end), nodes(text, start, end, inside, hands), hands));
    at = end;
    afterBlock = BLOCKS.has(entity.type);
    if (after.length) {
      entities = [...after, ...entities.slice(i)];
      i = 0;
    }
  }
  if (at < to) out.push(plain(at, to));
  return out;
}

function dressed(entity, words, inner, hands) {
  const kind = entity.type;
  if (Object.hasOwn(PLAIN, kind)) return h(PLAIN[kind], null, inner);
  switch (kind) {
    case "pre":
      return h("pre", { tabindex: -1 }, entity.language ? h("span", { class: "pre-language" }, String(entity.language)) : null, h("code", null, inner));
    case "spoiler":
      return spoiler(inner);
    case "blockquote":
      return h("blockquote", null, inner);
    case "expandable_blockquote":
      return folding(words, inner);
    case "text_link":
      return link(entity.url, inner, hands);
    case "url":
      return link(words.includes("://") ? words : `https://${words}`, inner, hands);
    case "email":
      return link(`mailto:${words}`, inner, hands);
    case "phone_number":
      return link(`tel:${words.replace(/[^+\d]/g, "")}`, inner, hands);
    case "bot_command":
      return h("button", { type: "button", class: "word", tabindex: -1, "data-reach": true, onclick: () => hands.command(words) }, inner);
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return h("span", { class: "word" }, inner);
    case "date_time": {
      const at = Number(entity.unix_time) * 1000;
      const letters = String(entity.date_time_format ?? "");
      if (!letters || !Number.isFinite(at)) return h("span", { class: "word" }, inner);
      return h("time", { class: "word", title: words }, entityTime(at, letters, hands.zone, hands.locale, hands.now()));
    }
    default:
      return h("span", null, inner);
  }
}

function link(address, inner, hands) {
  const url = String(address ?? "");
  if (!SAFE.test(url)) return h("span", null, inner);
  const onclick = (event) => {
    if (hands.link(url)) event.preventDefault();
  };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url, tabindex: -1, "data-reach": true, onclick }, inner);
}

function spoiler(inner) {
  const hidden = h("span", { class: "spoiler-text", "aria-hidden": "true" }, inner);
  const box = h("span", { class: "spoiler", role: "button", tabindex: -1, "data-reach": true, "aria-label": t("spoiler") }, hidden);
  const reveal = (event) => {
    if (box.classList.contains("shown") || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    box.classList.add("shown");
    for (const name of ["role", "aria-label", "tabindex", "data-reach"]) box.removeAttribute(name);
    hidden.removeAttribute("aria-hidden");
  };
  box.addEventListener("click", reveal);
  box.addEventListener("keydown", reveal);
  return box;
}

function folding(words, inner) {
  const lines = words.split("\n").reduce((n, line) => n + Math.max(1, Math.ceil(line.length / 38)), 0);
  if (lines <= FOLDED_LINES) return h("blockquote", null, inner);
  const body = h("span", { class: "fold-body" }, inner);
  const toggle = h("button", { type: "button", class: "fold", tabindex: -1, "data-reach": true, "aria-expanded": "false" }, t("unfold"));
  toggle.addEventListener("click", () => {
    const open = body.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = t(open ? "fold" : "unfold");
  });
  return h("blockquote", { class: "foldable" }, body, toggle);
}

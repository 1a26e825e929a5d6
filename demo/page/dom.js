// Building the page by hand: elements and text nodes only. What people and the bot wrote never becomes markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "className", "htmlFor", "selected"]);
const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`on…` are listeners; null and false are left out) and children; strings become text. */
export function h(tag, attributes, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** A drawn icon: one stroked path on a 24 × 24 grid, hidden from screen readers. */
export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));
}

/** A button with an icon and a spoken name. */
export function iconButton(name, label, onclick, more) {
  return h("button", { type: "button", class: "icon-button", title: label, "aria-label": label, onclick, ...more }, icon(name));
}

const ICONS = {
  send: "M4 12 20 4l-5 16-3.500-6.500zM11.500 13.500 20 4",
  attach: "m20 11-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 5 5l-8.500 8.500a1.700 1.700 0 0 1-2.500-2.500L14.500 7.500",
  place: "M12 21s7-6.300 7-11.500a7 7 0 0 0-14 0C5 14.700 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  slash: "M15.500 4.500 8.500 19.500",
  keys: "M3 6h18v12H3zM6.500 9.500h.1M10 9.500h.1M13.500 9.500h.1M17 9.500h.1M6.500 12.500h.1M10 12.500h.1M13.500 12.500h.1M17 12.500h.1M8 15.500h8",
  close: "M6 6l12 12M18 6 6 18",
  pin: "M9 3h6l-1 6 3.500 4h-11L10 9zM12 13v8",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2",
  down: "M12 5v13M6 12.500l6 6 6-6",
  edit: "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM14 6.500 17.500 10",
  reply: "M10 6 4 12l6 6M4.500 12H14a6 6 0 0 1 6 6",
  more: "M12 5.500v.1M12 12v.1M12 18.500v.1",
  plus: "M12 5v14M5 12h14",
  out: "M8 16 16.500 7.500M9.500 7h7.500v7.500",
  copy: "M9 9h10v11H9zM15 9V4.500H5V15h4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
};

/** Words with places to fill: fill("{n} new", {n: 3}). */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

/** Show a modal dialog; it removes itself when closed. */
export function dialog(title, body, options = {}) {
  const heading = h("h2", { id: `d${++dialogs}` }, title);
  const box = h("dialog", { class: `sheet ${options.class ?? ""}`, "aria-labelledby": heading.id, onclose: () => box.remove() }, heading, body);
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}
let dialogs = 0;

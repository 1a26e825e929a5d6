// Where a person is: a small map that needs no internet, and the sheet that sends a location.

import { dialog, h, s } from "./dom.js";
import { t } from "./words.js";

const METRES_A_DEGREE = 111_320;
const WIDTH = 240;
const HEIGHT = 130;

/** A place of /stage/cast in one shape, or null. */
export function asPlace(given) {
  const lat = Number(given?.latitude ?? given?.lat ?? given?.location?.latitude);
  const lon = Number(given?.longitude ?? given?.lon ?? given?.location?.longitude);
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return null;
  return { lat, lon, title: String(given.title ?? given.name ?? given.venue ?? ""), address: String(given.address ?? given.hint ?? "") };
}

/** Metres between two points near each other. */
export function metres(a, b) {
  const x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) * Math.PI) / 360);
  return Math.hypot(x, b.lat - a.lat) * METRES_A_DEGREE;
}

const distance = (n) => (n < 950 ? t("metres", { n: Math.round(n / 10) * 10 }) : t("km", { n: (n / 1000).toFixed(n < 9500 ? 1 : 0) }));

/** A grid around a point, with the places of the mission that lie near it and a scale. */
export function gridMap(point, places) {
  const here = asPlace(point);
  if (!here) return h("em", null, t("unsupported"));
  const all = places.map((place) => ({ ...place, away: metres(here, place) })).filter((one) => one.away < 20_000).sort((a, b) => a.away - b.away);
  const span = [400, 800, 2000, 4000, 10_000, 40_000].find((one) => all.length === 0 || all[0].away < one * 0.22) ?? 40_000;
  const unit = WIDTH / span;
  const step = span / 4;
  const lines = [];
  for (let x = (WIDTH / 2) % (step * unit); x < WIDTH; x += step * unit) lines.push(`M${x} 0V${HEIGHT}`);
  for (let y = (HEIGHT / 2) % (step * unit); y < HEIGHT; y += step * unit) lines.push(`M0 ${y}H${WIDTH}`);
  const near = all.slice(0, 12).map((one) => ({
    ...one,
    x: WIDTH / 2 + (one.lon - here.lon) * Math.cos((here.lat * Math.PI) / 180) * METRES_A_DEGREE * unit,
    y: HEIGHT / 2 - (one.lat - here.lat) * METRES_A_DEGREE * unit,
  }));
  const seen = near.filter((one) => one.x > 4 && one.x < WIDTH - 4 && one.y > 4 && one.y < HEIGHT - 4);
  const radius = Math.min(Number(point.horizontal_accuracy ?? 0) * unit, HEIGHT);
  const first = seen[0];
  const label = `${here.lat.toFixed(5)}, ${here.lon.toFixed(5)}`;
  const said = first ? `${label}; ${first.title}: ${distance(first.away)}` : label;
  return h(
    "figure",
    { class: "map" },
    s(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${t("place")}: ${said}` },
      s("path", { class: "map-grid", d: lines.join("") }),
      seen.map((one) => s("circle", { class: "map-place", cx: one.x, cy: one.y, r: 4 })),
      first ? s("text", { class: "map-word", x: Math.min(Math.max(first.x, 60), WIDTH - 60), y: first.y > HEIGHT / 2 - 30 ? Math.min(first.y + 16, HEIGHT - 4) : first.y - 9, "text-anchor": "middle" }, first.title.length > 28 ? `${first.title.slice(0, 27).trimEnd()}…` : first.title) : null,
      radius > 3 ? s("circle", { class: "map-error", cx: WIDTH / 2, cy: HEIGHT / 2, r: radius }) : null,
      s("path", { class: "map-pin", d: `M${WIDTH / 2} ${HEIGHT / 2}c-5-7-8-10-8-14a8 8 0 1 1 16 0c0 4-3 7-8 14z` }),
      s("path", { class: "map-scale", d: `M8 8v3h${step * unit}v-3` }),
      s("text", { class: "map-word", x: 12 + step * unit, y: 13 }, step < 1000 ? t("metres", { n: step }) : t("km", { n: step / 1000 })),
    ),
    h("figcaption", null, said, point.live_period ? ` · ${t("live")}` : ""),
  );
}

/** Ask where the person is; answers {lat, lon, accuracy} or null when the sheet was closed. */
export function askWhere(places, name) {
  return new Promise((resolve) => {
    let chosen = null;
    const near = h("select", { id: "near" }, [["0", "exact"], ["80", "near"], ["2000", "far"]].map(([value, key]) => h("option", { value }, t(key))));
    const field = (key, value) => h("label", { class: "field" }, t(key), h("input", { name: key, inputmode: "decimal", autocomplete: "off", value }));
    const start = places[0] ?? { lat: 51.128, lon: 71.43 };
    const lat = field("latitude", start.lat);
    const lon = field("longitude", start.lon);
    const accuracy = field("accuracy", "15");
    const wrong = h("p", { class: "wrong", role: "alert" });
    const list = places.map((place) =>
      h("button", { type: "button", class: "choice", onclick: () => done(shifted(place, Number(near.value))) }, h("b", null, place.title || `${place.lat}, ${place.lon}`), h("span", null, place.address)),
    );
    const form = h("form", { class: "numbers", onsubmit: typed }, lat, lon, accuracy, wrong, h("button", { class: "primary" }, t("share")));
    const body = h(
      "div",
      { class: "sheet-body" },
      places.length ? h("label", { class: "field" }, t("how_near"), near) : null,
      places.length ? h("div", { class: "choices", role: "group", "aria-label": t("places") }, list) : null,
      places.length ? h("details", null, h("summary", null, t("or_typed")), form) : form,
      h("button", { type: "button", class: "plain", onclick: () => box.close() }, t("cancel")),
    );
    const box = dialog(`${t("where")} ${name}`, body);
    box.addEventListener("close", () => resolve(chosen));

    const number = (label) => Number.parseFloat(label.querySelector("input").value.replace(",", "."));

    function done(point) {
      chosen = { ...point, accuracy: number(accuracy) || undefined };
      box.close();
    }

    function typed(event) {
      event.preventDefault();
      const point = { lat: number(lat), lon: number(lon) };
      if (Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180) done(point);
      else wrong.textContent = t("need_lat");
    }
  });
}

function shifted(place, away) {
  const angle = Math.random() * 2 * Math.PI;
  const lat = place.lat + (Math.sin(angle) * away) / METRES_A_DEGREE;
  const lon = place.lon + (Math.cos(angle) * away) / METRES_A_DEGREE / Math.cos((place.lat * Math.PI) / 180);
  return { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) };
}

// Hours as a person at a place reads them. Instants are milliseconds since 1970; zones are IANA names.

const formats = new Map();

function format(locale, zone, options) {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone || undefined });
    } catch {
      made = new Intl.DateTimeFormat(locale, options); // a zone this browser does not know
    }
    formats.set(key, made);
  }
  return formats.get(key);
}

/** 14:05 */
export const hour = (at, zone) => format("en-GB", zone, { hour: "2-digit", minute: "2-digit" }).format(at);

/** 14:05:09 */
export const second = (at, zone) => format("en-GB", zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);

const KAZAKH_DAYS = ["жс", "дс", "сс", "ср", "бс", "жм", "сн"];
const KAZAKH_MONTHS = ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];

/** Sat, 8 June, in the language of the page. Kazakh names are ours: browsers claim to know them and write "M06". */
export function day(at, zone, locale) {
  if (locale !== "kk") return format(locale === "en" ? "en-GB" : locale, zone, { weekday: "short", day: "numeric", month: "long" }).format(at);
  const [year, month, date] = dayKey(at, zone).split("-").map(Number);
  return `${KAZAKH_DAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()]}, ${date} ${KAZAKH_MONTHS[month - 1]}`;
}

/** 2019-06-08, to compare days */
export const dayKey = (at, zone) => format("sv-SE", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

/** Day and time in full, for titles */
export const full = (at, zone, locale) => `${day(at, zone, locale)} ${second(at, zone)} (${offsetName(at, zone)})`;

/** UTC+5, UTC+5:30 */
export function offsetName(at, zone) {
  const minutes = offset(at, zone);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(Math.abs(minutes) / 60)}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** Minutes east of Greenwich at a moment. */
export function offset(at, zone) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const parts = {};
  for (const { type, value } of format("en-GB", zone, options).formatToParts(at)) parts[type] = Number(value);
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((wall - Math.floor(at / 1000) * 1000) / 60000);
}

/** A date_time entity of Telegram: w weekday, d/D short/long date, t/T short/long time, r relative. */
export function entityTime(at, letters, zone, locale, now) {
  if (letters.includes("r")) {
    const minutes = Math.round((at - now) / 60000);
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    if (Math.abs(minutes) < 90) return relative.format(minutes, "minute");
    return Math.abs(minutes) < 36 * 60 ? relative.format(Math.round(minutes / 60), "hour") : relative.format(Math.round(minutes / 1440), "day");
  }
  const options = {};
  if (letters.includes("w")) options.weekday = "long";
  if (letters.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "numeric" });
  if (letters.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(letters)) Object.assign(options, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (letters.includes("T")) options.second = "2-digit";
  return format(locale, zone, options).format(at);
}

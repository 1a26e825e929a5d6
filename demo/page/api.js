// The stage's HTTP API: asking, acting, and following its events.

/** Ask or act; answers the JSON. An error carries what the server said, and `absent` for a route that is not there. */
export async function call(path, body, options = {}) {
  const form = body instanceof FormData;
  const response = await fetch(`stage/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    cache: "no-store",
    signal: options.signal ?? AbortSignal.timeout(form ? 120_000 : 20_000),
  });
  const text = await response.text();
  let answer;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null;
  }
  if (!response.ok) {
    const why = answer?.error ?? answer?.description ?? answer?.detail ?? (answer ? "" : text.slice(0, 200));
    const error = new Error(why || `HTTP ${response.status}`);
    error.absent = response.status === 404 || response.status === 405 || response.status === 501;
    throw error;
  }
  return answer;
}

/** The same, but null when the route does not exist. */
export async function optional(path, body) {
  try {
    return await call(path, body);
  } catch (error) {
    if (error.absent) return null;
    throw error;
  }
}

export const fileUrl = (fileId) => `stage/files/${encodeURIComponent(fileId)}`;

/**
 * Follow the events for ever. `fresh` (async, answers the number of the latest event) runs before each connection, so
 * a restarted server, whose numbers begin anew, is read again. `event` gets each event once, in order; a gap calls `gap`.
 */
export function follow({ fresh, event, gap, online }) {
  let last = 0;
  let wait = 500;
  let source = null;

  async function connect() {
    try {
      last = await fresh();
    } catch {
      return retry();
    }
    source = new EventSource(`stage/events?after=${last}`);
    source.onopen = () => {
      wait = 500;
      online(true);
    };
    source.onmessage = (message) => hear(message.data);
    source.onerror = () => {
      source.close();
      retry();
    };
    return undefined;
  }

  function hear(data) {
    let told;
    try {
      told = JSON.parse(data);
    } catch {
      return gap();
    }
    if (Number.isInteger(told.n)) {
      if (told.n <= last) return undefined;
      const missed = told.n > last + 1;
      last = told.n;
      if (missed) return gap();
    }
    return event(told);
  }

  function retry() {
    online(false);
    setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, 10_000);
  }

  connect();
}

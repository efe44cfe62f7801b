// Times of messages, in the person's zone and language, where the server did not know the zone: in
// what comes live, and on the first page of all. A browser that is asked for the first time tells its
// zone, by which the server then writes all times.

import { one, onChange } from "./dom.js";

const zone = document.body.dataset.zone || undefined;
// As the server writes English: the day before the month, and hours up to 23.
const language = document.documentElement.lang.replace(/^en$/, "en-GB") || undefined;
let short, long;

function localise() {
  // By name, not by selector: this looks at a long thread at every frame.
  for (const time of one("#log")?.getElementsByTagName("time") ?? []) {
    if (time.title) continue;
    // A browser takes its time to make them, which a page without messages need not wait for.
    short ??= new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
    long ??= new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", timeZone: zone });
    const moment = new Date(time.dateTime);
    time.textContent = short.format(moment);
    time.title = long.format(moment);
  }
}

function tellZone() {
  const { zoneUrl, zone: known } = document.body.dataset;
  if (!zoneUrl || known) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  const body = new URLSearchParams({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  // The next page asks again if this one could not be told.
  fetch(zoneUrl, { method: "POST", headers, body }).catch(() => {});
}

export function startClock() {
  onChange(localise);
  localise();
  tellZone();
}

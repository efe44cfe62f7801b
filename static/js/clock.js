// The server writes times in its own zone; the page shows them in the reader's.

import { all, onChange } from "./dom.js";

const short = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

function localise() {
  for (const time of all("#log time:not([title])")) {
    const moment = new Date(time.dateTime);
    time.textContent = short.format(moment);
    time.title = long.format(moment);
  }
}

export function startClock() {
  onChange(localise);
  localise();
}

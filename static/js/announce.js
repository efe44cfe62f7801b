// What a screen reader hears: finished sentences at a calm pace, or only that the answer has ended.

import { all, isLive, one, onChange, runningMessage } from "./dom.js";
import { gettext } from "./translate.js";
import { wordsOf } from "./words.js";

const PACE = 4_000;

let heard = null;

const textOf = (message) => all(".block-text", message).map(wordsOf).join(" ");

function say(text) {
  if (text.trim()) one("#announcer").textContent = text.trim();
}

// Up to the last full stop, so that no half sentence is read.
function nextSentences(text) {
  const end = text.search(/[.!?…:]["”’)]?\s+(?!.*[.!?…:]["”’)]?\s)/s);
  return end < 0 ? "" : text.slice(0, end + 1);
}

function pace() {
  const message = heard && document.getElementById(heard.id);
  if (!message || document.body.dataset.announce === "end") return;
  const said = nextSentences(textOf(message).slice(heard.offset));
  heard.offset += said.length;
  say(said);
}

function finish(message) {
  const rest = document.body.dataset.announce === "end" ? "" : textOf(message).slice(heard.offset);
  const state = one("[data-state-label]", message)?.textContent;
  say(`${rest} ${state || gettext("The answer is complete.")}`);
  heard = null;
}

function changed() {
  const known = heard && document.getElementById(heard.id);
  if (known && !isLive(known)) finish(known);
  const live = runningMessage();
  if (live && heard?.id !== live.id) heard = { id: live.id, offset: textOf(live).length };
}

export function startAnnouncing() {
  onChange(changed);
  changed();
  setInterval(pace, PACE);
}

// The menu that "/" opens at the start of the box: commands, and texts of one's own library.

import { notify } from "./commands.js";
import { all, one, parse } from "./dom.js";

const box = () => one("#text");
const list = () => one("#slash");
const shown = () => all(".command:not([hidden])", list());
const active = () => one('.command[aria-selected="true"]', list());
const typed = () => /^\/([^\n]{0,60})$/.exec(box().value)?.[1].toLocaleLowerCase();

// What cannot be done on this page is not offered.
const isPossible = (it) => it.dataset.text || it.dataset.href || one(it.dataset.press);

let isClosed = false;  // by Escape, until the box begins anew
let isWanted = false;  // Enter came before the list did
let asked = 0;
const PATIENCE = 3_000;  // ms that a list may take
const isComing = () => !all(".command", list()).length && asked && performance.now() - asked < PATIENCE;

function select(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box().setAttribute("aria-activedescendant", option.id);
  else box().removeAttribute("aria-activedescendant");
}

function refresh() {
  const wanted = typed();
  if (wanted === undefined) isClosed = false;
  if (wanted === undefined || isClosed) return close();
  if (!list().dataset.asked) {
    list().dataset.asked = "1";
    asked = performance.now();
    list().dispatchEvent(new Event("opened"));
  }
  const begins = (it) => it.dataset.name.toLocaleLowerCase().startsWith(wanted);
  for (const it of all(".command", list())) {
    it.hidden = !isPossible(it) || !it.dataset.name.toLocaleLowerCase().includes(wanted);
  }
  list().hidden = !shown().length;
  select(shown().find(begins) ?? shown()[0]);
  if (isWanted && active()) choose(active());
  isWanted = isWanted && isComing();
}

function close() {
  list().hidden = true;
  select(null);
}

function key(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && typed() && !isClosed && isComing()) isWanted = true;
  else if (list().hidden || !takes(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Whether the open list does something with that key.
function takes(event) {
  const options = shown();
  const at = options.indexOf(active());
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
  if (event.key in moves) select(options.at(moves[event.key] % options.length));
  else if (event.key === "Enter" && !event.shiftKey || event.key === "Tab") choose(active());
  else if (event.key === "Escape") { isClosed = true; close(); }
  else return false;
  return true;
}

function choose(option) {
  close();
  put("");
  const target = option.dataset.press && one(option.dataset.press);
  if (option.dataset.text) ask(option.dataset.text);
  else if (target) target.click();
  else location.assign(option.dataset.href);
}

// The text stands in the box, to be changed or sent.
function put(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
  box().focus();
}

async function ask(address, body) {
  const response = await fetch(address, { method: body ? "POST" : "GET", body }).catch(() => null);
  const text = await response?.text();
  if (!response?.ok || response.redirected) notify(list().dataset.failed);
  else if (response.headers.get("Content-Type").startsWith("text/plain")) put(text);
  else open(parse(text)[0]);
}

function open(dialog) {
  one("#dialogs").replaceChildren(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  one("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    dialog.close();
    ask(event.target.action, given);
  });
  dialog.showModal();
}

export function startSlash() {
  if (!list()) return;
  box().addEventListener("input", refresh);
  box().addEventListener("keydown", key, { capture: true });
  box().addEventListener("blur", close);
  list().addEventListener("htmx:after:swap", refresh);
  // The box keeps the focus, and on a phone the keyboard stays.
  list().addEventListener("pointerdown", (event) => event.preventDefault());
  list().addEventListener("click", (event) => event.target.closest(".command") && choose(event.target.closest(".command")));
}

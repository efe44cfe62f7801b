// Ticking conversations in the list: one by one, a range with Shift, or all; how many is always said.

import { all, one } from "./dom.js";

const side = () => one("#sidebar");
const picks = () => all("#lists .pick").filter((it) => it.offsetParent !== null);
const picked = () => picks().filter((it) => it.checked);

let last = null;

function show() {
  const bar = one("#bulk");
  const count = picked().length;
  const line = one(".bulk-count", bar);
  line.textContent = count ? line.dataset.some.replace("#", count.toLocaleString()) : line.dataset.none;
  for (const button of all(".bulk-row .icon-button", bar)) button.disabled = !count;
  for (const place of all("[data-many]")) place.textContent = count.toLocaleString();
}

function turn(on) {
  side().classList.toggle("selecting", on);
  one("#select").setAttribute("aria-pressed", String(on));
  one("#bulk").hidden = !on;
  last = null;
  if (!on) for (const pick of all("#lists .pick")) pick.checked = false;
  show();
  (on ? picks()[0] ?? one("#select-end") : one("#select")).focus();
}

// From the one that was clicked before to this one, all become as this one.
function range(pick) {
  const all = picks();
  const [from, to] = [all.indexOf(last), all.indexOf(pick)].sort((a, b) => a - b);
  if (from >= 0) for (const it of all.slice(from, to + 1)) it.checked = pick.checked;
}

function clicked(event) {
  if (!side().classList.contains("selecting")) return;
  // A click on the row ticks it, as long as rows are ticked.
  const link = event.target.closest(".conversation-link");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const pick = one(".pick", link.closest(".conversation"));
    pick.checked = !pick.checked;
    return choose(pick, event.shiftKey);
  }
  if (event.target.matches(".pick")) choose(event.target, event.shiftKey);
}

function choose(pick, isRange) {
  if (isRange && last) range(pick);
  last = pick;
  show();
}

export function startBulk() {
  const bar = one("#bulk");
  if (!bar) return;
  one("#select").addEventListener("click", () => turn(bar.hidden));
  one("#select-end").addEventListener("click", () => turn(false));
  one("#select-all").addEventListener("click", () => {
    const every = picks();
    const on = every.some((it) => !it.checked);
    for (const pick of every) pick.checked = on;
    show();
  });
  one("#lists").addEventListener("click", clicked);
  side().addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || bar.hidden || event.target.closest(".rename, [popover]:popover-open:not(#sidebar)")) return;
    event.preventDefault();
    turn(false);
  });
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement: source, response } = event.detail.ctx;
    if (source !== bar || response.status >= 400 || response.raw.redirected) return;
    one("#dialogs dialog")?.close();
    turn(false);
  });
}

// Tells that a long answer has ended while its tab was hidden. The browser is asked for leave only when
// the person says so: in settings, or in a line that appears after the first answer they could have missed.

import { all, one, onChange } from "./dom.js";

const LONG = 20_000;
const LIVE = ["pending", "queued", "waiting", "thinking", "writing"];
const key = `notify:${document.body.dataset.user}`;
const began = new Map();

const canNotify = () => "Notification" in window && Boolean(document.body.dataset.user);
const choice = () => localStorage.getItem(key);
const isOn = () => choice() === "on" && Notification.permission === "granted";

async function choose(wanted) {
  localStorage.setItem(key, wanted ? "on" : "off");
  if (wanted && Notification.permission === "default") await Notification.requestPermission();
  return isOn();
}

async function tell() {
  const title = one("#title").textContent;
  const about = { body: one("#notify-offer").dataset.ready, tag: location.pathname, data: location.href, icon: one("link[rel=apple-touch-icon]")?.href };
  // Phones know only notifications of a worker.
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) return worker.showNotification(title, about);
  new Notification(title, about).onclick = () => window.focus();
}

function ended(id) {
  const took = Date.now() - began.get(id);
  began.delete(id);
  if (took < LONG || !document.hidden) return;
  if (isOn()) tell();
  else if (!choice() && Notification.permission !== "denied") one("#notify-offer").hidden = false;
}

function changed() {
  const live = new Set(all("#log > article").filter((it) => LIVE.includes(it.dataset.status)).map((it) => it.id));
  for (const id of live) if (!began.has(id)) began.set(id, Date.now());
  for (const id of began.keys()) if (!live.has(id)) ended(id);
}

function startOffer() {
  const offer = one("#notify-offer");
  if (!offer) return;
  onChange(changed);
  changed();
  one("[data-notify-yes]", offer).addEventListener("click", async () => { await choose(true); offer.hidden = true; });
  one("[data-notify-no]", offer).addEventListener("click", async () => { await choose(false); offer.hidden = true; });
}

function startSwitch() {
  const section = one("#notify-settings");
  if (!section) return;
  const box = one("[data-notify-switch]", section);
  const blocked = one("[data-notify-blocked]", section);
  section.hidden = false;
  box.checked = isOn();
  blocked.hidden = Notification.permission !== "denied";
  box.addEventListener("change", async () => {
    box.checked = await choose(box.checked);
    blocked.hidden = Notification.permission !== "denied";
  });
}

export function startNotifying() {
  if (!canNotify()) return;
  startOffer();
  startSwitch();
}

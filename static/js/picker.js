// The picker of model, effort and tools: what goes together, and what its button says of it.

import { all, one } from "./dom.js";

const chosen = (name) => one(`#picker input[name=${name}]:checked`);
let isStale = false;
let hadFocus = false;

// Another model has other efforts, and may have to think or be unable to.
function fit() {
  const model = chosen("model");
  if (!model) return;
  const efforts = model.dataset.efforts.split(" ").filter(Boolean);
  const group = one("#picker [data-group=effort]");
  if (group) {
    group.disabled = !efforts.length;
    for (const it of all("input", group)) it.disabled = Boolean(it.value) && !efforts.includes(it.value);
    if (chosen("effort")?.disabled) one("input[value='']", group).checked = true;
    one("[data-usual]", group).textContent = model.dataset.usual;
    one("[data-usual-note]", group).hidden = !efforts.length;
  }
  const thinks = one("#picker [data-group=thinks]");
  for (const it of all("[data-when]", thinks)) it.hidden = it.dataset.when !== model.dataset.thinks;
  for (const it of all("input", thinks)) it.disabled = model.dataset.thinks !== "can";
  const box = one("input[type=checkbox]", thinks);
  if (box.disabled) box.checked = model.dataset.thinks === "always";
}

function tell() {
  const button = one("#picker-button");
  const say = (name, words) => { one(`[data-picked=${name}]`, button).textContent = words; };
  const model = chosen("model")?.dataset.name;
  if (model) {
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace(one("[data-picked=model]", button).textContent, model));
    say("model", model);
  }
  const effort = chosen("effort");
  if (effort) say("effort", effort.value ? effort.nextElementSibling.textContent : "");
  say("web", all("#picker input[name=web]:checked").map((it) => it.dataset.name).join(", "));
}

function reload() {
  const options = one("#options");
  isStale = false;
  hadFocus = options.contains(document.activeElement);
  options.dispatchEvent(new Event("reload"));
}

function toggled(event) {
  if (event.target.id !== "picker") return;
  if (event.newState === "open") (chosen("model") ?? one("#picker input:not([type=hidden], :disabled)"))?.focus();
  else if (isStale) reload();
}

export function startPicker() {
  if (!one("#options")) return;
  document.addEventListener("change", (event) => {
    if (!event.target.closest("#picker")) return;
    fit();
    tell();
    one("#options-form")?.requestSubmit();
  });
  // Enter would send the message that the choice belongs to.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("#picker input")) return;
    event.preventDefault();
    one("#picker").hidePopover();
  });
  document.addEventListener("toggle", toggled, { capture: true });
  // Settled in another tab, or here: nothing moves under the hand that is choosing.
  document.addEventListener("refresh", (event) => {
    if (event.target.id !== "options") return;
    if (one("#picker").matches(":popover-open")) isStale = true;
    else reload();
  }, { capture: true });
  document.addEventListener("htmx:after:swap", () => {
    if (hadFocus && document.activeElement === document.body) one("#picker-button")?.focus();
    hadFocus = false;
  });
}

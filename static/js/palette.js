// The palette: chats and actions by their names, from anywhere by Ctrl or Cmd and K.
// Actions are the page's own links and buttons that carry a name, so that there is one list of them.

import { all, element, one } from "./dom.js";
import { made } from "./menus.js";

const box = () => one("#palette");
const field = () => one("#palette-words");
const choices = () => all("[role=option]:not([hidden])", box());
const chosen = () => one("[role=option][aria-selected=true]", box());
// What each option of an action does when it is taken.
const deeds = new Map();

function commands() {
  const row = one(".conversation:has([aria-current])");
  const own = row ? all(".menu-item", made(one(".menu", row))).map((it) => [`${box().dataset.own} ${it.textContent}`, it]) : [];
  const everywhere = all("[data-command]", box());
  const others = all("[data-command]").filter((it) => !everywhere.includes(it));
  const marked = [...others.filter((it) => it.closest("main")), ...everywhere, ...others];
  return new Map([...own, ...marked.map((it) => [it.dataset.command, it])]);
}

function gather() {
  deeds.clear();
  all("[role=option]", one("#palette-commands")).forEach((it) => it.remove());
  let number = 0;
  for (const [name, source] of commands()) {
    const icon = source.dataset.icon ?? [...source.classList].find((it) => it.startsWith("icon-")) ?? "";
    const option = element("div", `palette-choice ${icon}`, name);
    option.id = `command-${number += 1}`;
    option.setAttribute("role", "option");
    deeds.set(option, source);
    one("#palette-commands").append(option);
  }
}

// Before anything is typed recent chats stand first, then the actions; after that those that fit.
function filter() {
  const wanted = field().value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const option of deeds.keys()) {
    option.hidden = !wanted.every((word) => option.textContent.toLocaleLowerCase().includes(word));
  }
  const group = one("#palette-commands");
  group.hidden = [...deeds.keys()].every((it) => it.hidden);
  if (wanted.length) one("#palette-list").prepend(group);
  else one("#palette-list").append(group);
  choose(choices()[0]);
}

function choose(option) {
  for (const it of all("[role=option]", box())) it.setAttribute("aria-selected", String(it === option));
  if (option) field().setAttribute("aria-activedescendant", option.id);
  else field().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
  one("#palette-empty").textContent = option ? "" : one("#palette-empty").dataset.empty;
}

function move(by) {
  const there = choices();
  choose(there[(there.indexOf(chosen()) + by + there.length) % there.length]);
}

function take(option) {
  if (!option) return;
  const source = deeds.get(option);
  box().close();
  if (!source) return void location.assign(option.dataset.href);
  // On a phone a title is written in the drawer.
  if (source.matches("[data-rename]") && !source.closest(".conversation").checkVisibility()) one("#sidebar").showPopover();
  source.click();
}

function open() {
  if (one("dialog[open]")) return;
  field().value = "";
  gather();
  box().showModal();
  filter();
  field().dispatchEvent(new Event("palette"));
}

function key(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.isComposing) return;
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "Enter") take(chosen());
  else return;
  event.preventDefault();
}

export function startPalette() {
  if (!box()) return;
  field().addEventListener("keydown", key);
  field().addEventListener("input", filter);
  box().addEventListener("htmx:after:swap", filter);
  box().addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  box().addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
  });
  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (!command || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    return box().open ? box().close() : open();
  });
}

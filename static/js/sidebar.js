// The list of conversations: order, groups, the current one, renaming in place, the instant filter.

import { all, element, one, wire } from "./dom.js";

const list = () => one("#conversations");
const rows = () => all("#conversations > .conversation");
const rank = (row) => [Number(row.dataset.pinned), Number(row.dataset.order)];
const before = (a, b) => a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];

// Rows whose place is in use: its menu is open, or its title is being written.
const waiting = new Map();
const inUse = (row) => one(":popover-open, .rename:not([hidden])", row);

// Put a new or changed row where the server would have put it.
export function placeConversation(row) {
  if (!list()) return;
  const old = document.getElementById(row.id);
  showTitle(row);
  if (!old && (one("#filter").value || one(".list-archived"))) return;
  if (old && inUse(old)) return void waiting.set(row.id, row);
  const hadFocus = old?.contains(document.activeElement);
  const next = rows().find((it) => it !== old && before(rank(row), rank(it)));
  const more = one("#conversations > .more");
  // Older than all that is loaded: it will come with its page.
  if (!old && !next && more) return;
  old?.remove();
  list().insertBefore(row, next ?? more);
  wire(row);
  if (hadFocus) one(".conversation-link", row).focus({ preventScroll: true });
  arrange();
}

function placeWaiting() {
  for (const [id, row] of [...waiting]) {
    waiting.delete(id);
    if (document.getElementById(id)) placeConversation(row);
  }
}

// Rows come one by one and page by page, so the headings are set anew after each change.
function arrange() {
  all("#conversations > .group").forEach((it) => it.remove());
  if (rows().length) one("#conversations > .list-empty")?.remove();
  let group = "";
  for (const row of rows()) {
    const link = one(".conversation-link", row);
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    if (row.dataset.group === group || row.hidden) continue;
    group = row.dataset.group;
    row.before(element("li", "group", group));
  }
}

function showTitle(row) {
  if (row.dataset.conversationId !== one("#log")?.dataset.conversation) return;
  const title = one(".conversation-link", row).textContent;
  one("#title").textContent = title;
  document.title = `${title} · Chat`;
}

// Hides at once what cannot match; the server's answer follows with what is not loaded here.
function filter(text) {
  const wanted = text.trim().toLocaleLowerCase();
  for (const row of rows()) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  arrange();
}

function rename(row) {
  const form = one(".rename", row);
  const field = one(".rename-text", form);
  one("[popover]", row).hidePopover();
  form.hidden = false;
  field.value = one(".conversation-link", row).textContent;
  field.select();
  field.focus();
}

function endRename(form, keep) {
  if (form.hidden) return;
  const row = form.closest(".conversation");
  const changed = one(".rename-text", form).value.trim() !== one(".conversation-link", row).textContent;
  form.hidden = true;
  if (keep && changed) form.requestSubmit();
  one(".conversation-link", row).focus();
  placeWaiting();
}

export function startSidebar() {
  if (!list()) return;
  arrange();
  one("#filter").addEventListener("input", (event) => filter(event.target.value));
  document.addEventListener("htmx:after:swap", arrange);
  list().addEventListener("click", (event) => {
    if (event.target.closest("[data-rename]")) rename(event.target.closest(".conversation"));
    else if (event.target.closest(".menu-item")) event.target.closest("[popover]")?.hidePopover();
  });
  list().addEventListener("toggle", (event) => event.newState === "closed" && placeWaiting(), { capture: true });
  list().addEventListener("keydown", (event) => {
    const form = event.target.closest(".rename");
    if (form && event.key === "Escape") endRename(form, false);
  });
  list().addEventListener("focusout", (event) => {
    const form = event.target.closest(".rename");
    if (form && !form.contains(event.relatedTarget)) endRename(form, true);
  });
  list().addEventListener("submit", (event) => endRename(event.target, false));
}

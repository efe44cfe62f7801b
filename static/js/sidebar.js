// The lists of conversations, of all and of each folder: order, groups, the current one, the instant filter.

import { all, element, one, wire } from "./dom.js";

const main = () => one("#conversations");
const lists = () => all("#lists [data-folder]");
const rowsOf = (list) => all(":scope > .conversation", list);
const rank = (row) => [Number(row.dataset.pinned), Number(row.dataset.order)];
const before = (a, b) => a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
const isNarrowed = () => one("#filter").value || one("#tag-filter")?.value || one(".list-archived");

// Rows whose place is in use: its menu is open, or its title is being written.
const waiting = new Map();
const inUse = (row) => one(":popover-open, .rename:not([hidden])", row);

// The list in which a row belongs; none if it is not loaded, or shows something else.
function homeOf(row, old) {
  if (old && isNarrowed()) return old.parentElement;
  if (row.dataset.folder) return one(`[data-folder="${row.dataset.folder}"][data-loaded]`);
  return isNarrowed() ? null : main();
}

// Put a new or changed row where the server would have put it.
export function placeConversation(row) {
  if (!main()) return;
  const old = document.getElementById(row.id);
  showTitle(row);
  const home = homeOf(row, old);
  if (old && inUse(old)) return void waiting.set(row.id, row);
  const hadFocus = old?.contains(document.activeElement);
  const next = home && rowsOf(home).find((it) => it !== old && before(rank(row), rank(it)));
  const more = home && one(":scope > .more", home);
  one(".pick", row).checked = old ? one(".pick", old).checked : false;
  old?.remove();
  // Older than all that is loaded: it will come with its page.
  if (!home || (!old && !next && more)) return arrange();
  home.insertBefore(row, next ?? more);
  wire(row);
  if (hadFocus) one(".conversation-link", row).focus({ preventScroll: true });
  arrange();
}

export function placeWaiting() {
  for (const [id, row] of [...waiting]) {
    waiting.delete(id);
    if (document.getElementById(id)) placeConversation(row);
  }
}

// Rows come one by one and page by page, so the headings are set anew after each change.
function arrange() {
  for (const list of lists()) arrangeOne(list);
}

function arrangeOne(list) {
  const rows = rowsOf(list);
  all(":scope > .group", list).forEach((it) => it.remove());
  if (rows.length) one(":scope > .list-empty", list)?.remove();
  let group = "";
  for (const row of rows) {
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
  for (const row of rowsOf(main())) row.hidden = !one(".conversation-link", row).textContent.toLocaleLowerCase().includes(wanted);
  arrange();
}

export function startSidebar() {
  if (!main()) return;
  arrange();
  one("#filter").addEventListener("input", (event) => filter(event.target.value));
  document.addEventListener("htmx:after:swap", arrange);
  one("#lists").addEventListener("toggle", (event) => event.newState === "closed" && placeWaiting(), { capture: true });
}

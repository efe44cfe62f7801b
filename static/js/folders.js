// Folders and tags at the side: a folder reads its conversations when it is opened, and forgets them when it is closed.

import { all, one } from "./dom.js";

// What is open or chosen stays so when the server sends the folders and tags anew.
const open = new Set();
let tag = "";

const readAnew = () => one("#conversations").dispatchEvent(new Event("refresh"));

function toggled(folder) {
  const list = one("[data-folder]", folder);
  if (folder.open) {
    open.add(folder.id);
    list.dataset.loaded = "";
    list.dispatchEvent(new Event("opened"));
  } else if (folder.isConnected) {
    open.delete(folder.id);
    delete list.dataset.loaded;
    list.replaceChildren();
  }
}

// What is looked for shows rows of all folders: no row stands on the page twice.
function closeAll() {
  for (const folder of all(".folder[open]")) folder.open = false;
}

function choose(value) {
  tag = value;
  if (tag) closeAll();
  readAnew();
}

// Opening a folder ends a search.
function widen() {
  if (!one("#filter").value && !tag && !one(".list-archived")) return;
  one("#filter").value = tag = "";
  one(".list-archived")?.remove();
  keep();
  readAnew();
}

function keep() {
  const filter = one("#tag-filter");
  if (filter) filter.value = tag;
  // The tag went with its last conversation.
  if (tag && filter?.value !== tag) choose("");
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
}

export function startFolders() {
  const lists = one("#lists");
  if (!lists) return;
  lists.addEventListener("toggle", (event) => event.target.matches(".folder") && toggled(event.target), { capture: true });
  lists.addEventListener("click", (event) => event.target.closest(".folder summary") && widen());
  lists.addEventListener("change", (event) => event.target.matches("#tag-filter") && choose(event.target.value));
  one("#filter").addEventListener("input", closeAll);
  document.addEventListener("htmx:after:swap", keep);
}

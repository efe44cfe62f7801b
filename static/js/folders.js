// Folders at the side: a folder reads its conversations when it is opened, and forgets them when it is closed.

import { all, one } from "./dom.js";

// What is open stays open when the server sends the folders anew.
const open = new Set();

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

export function startFolders() {
  const lists = one("#lists");
  if (!lists) return;
  lists.addEventListener("toggle", (event) => event.target.matches(".folder") && toggled(event.target), { capture: true });
  lists.addEventListener("click", (event) => event.target.closest(".folder summary") && widen());
  one("#filter").addEventListener("input", closeAll);
  one("#tag-filter").addEventListener("change", closeAll);
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) {
      const folder = document.getElementById(id);
      if (folder && !folder.open) folder.open = true;
    }
  });
}

// Opening a folder ends a search.
function widen() {
  if (!one("#filter").value && !one("#tag-filter").value) return;
  one("#filter").value = "";
  one("#tag-filter").value = "";
  one("#conversations").dispatchEvent(new Event("refresh"));
}

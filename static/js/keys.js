// The few keyboard shortcuts of the page; their hints stand in the titles of what they reach,
// and all together in the help that "?" opens.

import { one } from "./dom.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

export function startKeys() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) one("#keys").showModal();
  });
  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.shiftKey && event.key.toLowerCase() === "o") {
      event.preventDefault();
      one(".new-chat")?.click();
    } else if (event.key === "/" && !command && !event.altKey && !typing(event.target)) {
      event.preventDefault();
      one("#text")?.focus();
    } else if (event.key === "?" && !command && !typing(event.target) && !one("dialog[open]")) {
      event.preventDefault();
      one("#keys")?.showModal();
    } else if (event.key === "n" && !command && !event.altKey && !typing(event.target)) {
      one("[data-room] .topbar a[rel=next]")?.click();
    }
  });
}

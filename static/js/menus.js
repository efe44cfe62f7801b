// The menu of a row is made when it is first wanted: until then its markup waits in a template, where
// neither styles nor htmx look at it. With a page of rows that is most of what htmx would look at.

import { one, wire } from "./dom.js";

export function made(menu) {
  const waiting = one(":scope > template", menu);
  if (!waiting) return menu;
  waiting.replaceWith(waiting.content);
  return wire(menu);
}

export function startMenus() {
  document.addEventListener("beforetoggle", (event) => made(event.target), { capture: true });
}

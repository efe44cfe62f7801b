// Somebody types again in a page that was left alone: the server may make notes before they send.

import { one } from "./dom.js";

const PAUSE = 5 * 60 * 1000; // as long as the prompt cache lives

export function startReturning() {
  const line = one("#returning");
  if (!line) return;
  // The wall clock, because the other one stands still while a machine sleeps.
  let before = Date.now();
  // When this fails, nobody has to know.
  for (const name of ["htmx:after:request", "htmx:error"]) line.addEventListener(name, (event) => event.stopPropagation());
  one("#text").addEventListener("input", () => {
    if (Date.now() - before > PAUSE) line.dispatchEvent(new Event("returned"));
    before = Date.now();
  });
}

// Canned replies: the one that is chosen stands in the box, to be changed before it is sent.

import { one } from "./dom.js";

export function startMacros() {
  const choice = one("[data-macros]");
  choice?.addEventListener("change", async () => {
    if (!choice.value) return;
    const answer = await fetch(`${choice.dataset.macros}?macro=${choice.value}`);
    if (!answer.ok || answer.redirected) return;
    const box = one("#text");
    box.value = [box.value.trim(), await answer.text()].filter(Boolean).join("\n\n");
    box.dispatchEvent(new Event("input"));
    box.focus();
  });
}

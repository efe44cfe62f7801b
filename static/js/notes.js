// Footnotes: from a reference to its note and back, within one message.

import { all, one } from "./dom.js";
import { tools } from "./tools.js";

export function dressNote(button) {
  const { noteWord, backWord } = tools().dataset;
  const word = button.matches(".note-ref") ? noteWord : backWord;
  button.setAttribute("aria-label", `${word} ${button.dataset.note}`);
}

function jump(button) {
  const other = button.matches(".note-ref") ? "note-back" : "note-ref";
  const body = button.closest(".prose, [data-message-body]") ?? document;
  const goal = one(`.${other}[data-note="${CSS.escape(button.dataset.note)}"]`, body);
  goal?.scrollIntoView({ block: "center" });
  goal?.focus({ preventScroll: true });
  all(".note-reached").forEach((it) => it.classList.remove("note-reached"));
  (goal?.closest("li.note") ?? goal)?.classList.add("note-reached");
}

export function startNotes() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-note]");
    if (button) jump(button);
  });
}

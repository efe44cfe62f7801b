// Blocks of a live answer that change once they stand: a card that has come to its result, and thinking that is over.

import { one } from "./dom.js";

// It stays as the reader has it, unfolded or not.
export function change(old, fresh) {
  if (!old || !fresh) return;
  const hadFocus = old.contains(document.activeElement);
  fresh.open = old.open;
  old.replaceWith(fresh);
  if (hadFocus) one("summary", fresh)?.focus();
}

// It says how long it took, and makes room for the answer.
export function fold(block, label) {
  if (!block) return;
  one("summary", block).textContent = label;
  block.open = false;
}

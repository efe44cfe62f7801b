// A message that is being reworded in its place: Enter sends, Escape leaves it as it was.

import { all, one } from "./dom.js";

function open() {
  for (const form of all("[data-editing]:not([data-opened])")) {
    form.dataset.opened = "";
    const text = one("textarea", form);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }
}

function close(form) {
  const place = form.closest("[data-edit-place]");
  form.remove();
  const owner = place?.closest("[data-message-id], li");
  if (owner) one("[data-focus=edit]", owner)?.focus();
}

// Enter that ends a composition (229 in older engines) chooses a word; it does not send.
function key(event) {
  const form = event.target.closest?.("[data-editing]");
  if (!form) return;
  if (event.key === "Escape") close(form);
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (!event.target.matches("textarea")) return;
  event.preventDefault();
  form.requestSubmit();
}

// Once the server has taken it, it may go with what it stands in.
export function finishEditing(form) {
  form.dataset.done = "";
}

export function startEditing() {
  document.addEventListener("htmx:after:swap", open);
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-cancel]");
    if (cancel) close(cancel.closest("[data-editing]"));
  });
}

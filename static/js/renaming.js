// Renaming a conversation in its row of the list.

import { one } from "./dom.js";
import { placeWaiting } from "./sidebar.js";

function rename(row) {
  const form = one(".rename", row);
  const field = one(".rename-text", form);
  one("[popover]", row).hidePopover();
  form.hidden = false;
  field.value = one(".conversation-link", row).textContent;
  field.select();
  field.focus();
}

function endRename(form, keep) {
  if (!form || form.hidden) return;
  const row = form.closest(".conversation");
  const changed = one(".rename-text", form).value.trim() !== one(".conversation-link", row).textContent;
  form.hidden = true;
  if (keep && changed) form.requestSubmit();
  one(".conversation-link", row).focus();
  placeWaiting();
}

export function startRenaming() {
  const lists = one("#lists");
  lists?.addEventListener("click", (event) => {
    if (event.target.closest("[data-rename]")) rename(event.target.closest(".conversation"));
    else if (event.target.closest(".menu-item")) event.target.closest("[popover]")?.hidePopover();
  });
  lists?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") endRename(event.target.closest(".rename"), false);
  });
  lists?.addEventListener("focusout", (event) => {
    const form = event.target.closest(".rename");
    if (form && !form.contains(event.relatedTarget)) endRename(form, true);
  });
  lists?.addEventListener("submit", (event) => endRename(event.target.closest(".rename"), false));
}

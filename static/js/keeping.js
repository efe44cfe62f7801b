// What a reader is in the middle of stays when a piece of the page is replaced: what is unfolded, the
// button that has the focus, the place in the thread, and words that are being edited.

import { all, one } from "./dom.js";

const nameOf = (node) => node.dataset.focus ?? node.getAttribute("aria-label") ?? node.textContent;
// An outline is the page's own: what comes from the server has none yet.
const FOLDED = "details:not(.outline)";
const articles = (log) => all(":scope > article", log);

// `old` gives way to `fresh`, or gets other content, by `change`.
export function keeping(old, change, fresh = old) {
  if (!old) return;
  const restore = [keepEdits(old), keepOpen(old), keepFocus(old), keepPlace(old)];
  change(old);
  for (const it of restore) it(fresh);
}

// Only where the same piece comes again; a log holds other messages afterwards.
function keepOpen(old) {
  const open = old.id === "log" ? [] : all(FOLDED, old).map((it) => it.open);
  return (fresh) => all(FOLDED, fresh).forEach((it, index) => { it.open = open[index] ?? it.open; });
}

// Where the versions of a message change, focus goes to the same button of the one in its place.
function keepFocus(old) {
  const active = document.activeElement;
  if (!old.contains(active) || active.closest("[data-editing]:not([data-done])")) return () => {};
  const name = nameOf(active.closest("[data-focus]") ?? active);
  const at = articles(old).findIndex((it) => it.contains(active));
  return (fresh) => {
    const root = (at < 0 ? fresh : articles(fresh)[at]) ?? fresh;
    const same = all("button, summary", root).find((it) => nameOf(it) === name);
    (same ?? one("button", root))?.focus({ preventScroll: true });
  };
}

// The form itself is carried over, caret and all; also where its message is no longer shown.
function keepEdits(old) {
  const active = document.activeElement;
  const forms = all("[data-editing]:not([data-done])", old).map((form) => [form.closest("[data-edit-place]")?.id, form]);
  return (fresh) => {
    for (const [home, form] of forms) {
      const place = home && (document.getElementById(home) ?? one(`#${home}`, fresh));
      if (place) place.replaceChildren(form);
      else fresh.append(form);
      if (form.contains(active)) active.focus({ preventScroll: true });
    }
  };
}

// The message at the top of the view stays there, whatever height those above it have now.
function keepPlace(old) {
  const box = old.id === "log" && one("#thread");
  if (!box) return () => {};
  const edge = box.getBoundingClientRect().top;
  const at = articles(old).findIndex((it) => it.getBoundingClientRect().bottom > edge);
  const top = articles(old)[at]?.getBoundingClientRect().top;
  return (fresh) => {
    const now = articles(fresh)[at]?.getBoundingClientRect().top;
    if (now !== undefined) box.scrollTop += now - top;
  };
}

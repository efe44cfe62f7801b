// Older messages come as one scrolls up to them, and what is in view stays where it is.

import { all, one, onChange, tellChange } from "./dom.js";

const AHEAD = 1_200; // pixels

let held = null; // while a gap is filled: the message below it, and where that stood
let watch = null;

// Not by a selector, which would look at every element of a long thread, at every frame.
const gaps = () => [...one("#log").children].filter((it) => it.classList.contains("older"));
const isOfGap = (event) => event.target.closest?.(".older") ?? null;

// The divider of Claude's memory follows its message, or the gap in which that one is.
function placeMemory() {
  const memory = one("#memory");
  if (!memory?.dataset.after) return;
  const after = document.getElementById(memory.dataset.after) ?? gapAbove(memory);
  if (after && after.nextElementSibling !== memory) after.after(memory);
}

function gapAbove(memory) {
  let at = memory.previousElementSibling;
  while (at && !at.matches(".older")) at = at.previousElementSibling;
  // A divider that came with a frame stands first of all.
  return at ?? (memory.nextElementSibling?.matches(".older") ? memory.nextElementSibling : null);
}

// What is read stays in place: the message below the gap, or above it where that is nearer.
function hold(event) {
  const gap = isOfGap(event);
  if (!gap) return;
  const box = one("#thread").getBoundingClientRect();
  const isRead = gap.getBoundingClientRect().bottom < box.top + box.height / 2;
  const below = isRead && all("#log > article").find((it) => gap.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING);
  held = { below, top: below && below.getBoundingClientRect().top, told: gap.dataset.older, hadFocus: gap.contains(document.activeElement) };
}

// Scroll anchoring would do this in most browsers, but not at the very top, and not in all.
function settle() {
  if (!held) return;
  const { below, top, told, hadFocus } = held;
  held = null;
  placeMemory();
  if (below) one("#thread").scrollTop += below.getBoundingClientRect().top - top;
  if (hadFocus) (gaps()[0] ? one("button", gaps()[0]) : one("#thread")).focus({ preventScroll: true });
  one("#announcer").textContent = told;
  tellChange();
}

function look() {
  placeMemory();
  for (const gap of gaps()) {
    if ("watched" in gap.dataset) continue;
    gap.dataset.watched = "";
    watch.observe(gap);
  }
}

function arrive(entries) {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    one("button", target).click();
  }
}

export function startOlder() {
  const log = one("#thread > #log");
  if (!log) return;
  watch = new IntersectionObserver(arrive, { root: one("#thread"), rootMargin: `${AHEAD}px 0px` });
  log.addEventListener("htmx:before:swap", hold);
  document.addEventListener("htmx:after:swap", settle);
  onChange(look);
  look();
}

// The page of the search: its words stay in the address, arrows go through the hits; and the words
// that were looked for are marked in the message that a hit opened.

import { all, one } from "./dom.js";

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// As the search compares them, character by character, so that places stay what they are.
const folded = (text) => text.replace(/./gsu, (it) => {
  const plain = it.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.length === it.length ? plain : it;
});

function rangesIn(root, pattern) {
  const ranges = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    for (const match of folded(node.data).matchAll(pattern)) {
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      ranges.push(range);
    }
  }
  return ranges;
}

function markFound() {
  const thread = one("#thread");
  const message = document.getElementById(thread?.dataset.at);
  if (!message) return;
  message.dataset.found = "";
  const words = thread.dataset.words.split("\n").filter(Boolean);
  if (!words.length || !CSS.highlights) return;
  const forms = words.map((it) => it.split(" ").map(escaped).join("[^\\p{L}\\p{N}]+"));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join("|")})`, "gu");
  CSS.highlights.set("found", new Highlight(...rangesIn(one("[data-message-body]", message), pattern)));
}

function keepAddress(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const there = [one("#words"), ...all("#results .hit")];
  const at = there.indexOf(event.target);
  if (!by || at < 0 || event.isComposing) return;
  event.preventDefault();
  there[Math.min(there.length - 1, Math.max(0, at + by))].focus();
}

export function startSearch() {
  markFound();
  const form = one("#search");
  if (!form) return;
  const words = one("#words");
  words.setSelectionRange(words.value.length, words.value.length);
  form.addEventListener("input", () => keepAddress(form));
  form.parentElement.addEventListener("keydown", step);
}

// What stands in rendered text and needs more than text: it is dressed as soon as it is on the page,
// before it is painted, however it came. What formulas and diagrams need is loaded with the first one.

import { all } from "./dom.js";
import { dressCode } from "./code.js";
import { dressNote } from "./notes.js";
import { dressAnswer } from "./outline.js";
import { tools, toolsFor } from "./tools.js";

const WORKSHOPS = { math: "./math.js", diagrams: "./diagrams.js" };
const opened = {};

// The module itself once it is there, so that later blocks are drawn before the next paint.
function draw(kind, node) {
  if (opened[kind]?.draw) return opened[kind].draw(node);
  opened[kind] ??= import(WORKSHOPS[kind]).then((module) => { opened[kind] = module; return module; });
  opened[kind].then((module) => module.draw(node));
}

function dressTable(region) {
  if (!region.nextElementSibling?.matches(".block-tools")) region.after(toolsFor("table"));
}

const kinds = [
  [".code-block:has(.code-language)", (block) => {
    dressCode(block);
    if (block.dataset.language === "mermaid" && !block.closest("[data-tail]")) draw("diagrams", block);
  }],
  [".table-scroll", dressTable],
  ["[data-math-style]", (span) => draw("math", span)],
  ["button[data-note]", dressNote],
  ["article[data-message-id]", dressAnswer],
];

function dress(root) {
  for (const [selector, dressOne] of kinds) {
    if (root.matches(selector)) dressOne(root);
    all(selector, root).forEach(dressOne);
  }
}

export function startDressing() {
  if (!tools()) return;
  dress(document.body);
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element && node.isConnected) dress(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}

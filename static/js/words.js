// What a rendered text says, without what the page has put beside it.

import { all } from "./dom.js";

const BESIDE = ".block-tools, .outline, .diagram, .diagram-failed, .code-language, .note-back";

// A copy with formulas as their TeX.
export function bare(node) {
  const copy = node.cloneNode(true);
  all(BESIDE, copy).forEach((it) => it.remove());
  for (const span of all("[data-math-style]", copy)) span.textContent = texOf(span);
  return copy;
}

export const texOf = (span) => span.dataset.tex ?? span.textContent;
export const wordsOf = (node) => bare(node).textContent;

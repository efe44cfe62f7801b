// Formulas: drawn by KaTeX into what stood there as TeX; also read aloud, as MathML.

import { element } from "./dom.js";
import { tools } from "./tools.js";
import { texOf } from "./words.js";

const KEPT = 500;  // drawn formulas: the one in a paragraph that still grows is drawn at each frame
const drawn = new Map();
const LIMITS = { trust: false, strict: "ignore", maxSize: 20, maxExpand: 300, throwOnError: true };
const LONGEST = 5_000;
// Both would write a style into the markup, which the page's policy forbids.
const MACROS = { "\\pmb": "\\boldsymbol{#1}", "\\fcolorbox": "\\boxed{\\text{#3}}" };

const { katex: address, katexStyle } = tools().dataset;
const style = element("link", "");
style.rel = "stylesheet";
style.href = katexStyle;
document.head.append(style);
await import(address);

function make(tex, displayMode) {
  const box = element("span", "");
  try {
    if (tex.length > LONGEST) throw new RangeError("too long");
    self.katex.render(tex, box, { ...LIMITS, displayMode, macros: { ...MACROS } });
  } catch {
    box.append(element("code", "math-failed", tex));
  }
  return box;
}

export function draw(span) {
  if (span.dataset.tex) return;
  const tex = texOf(span);
  const key = `${span.dataset.mathStyle} ${tex}`;
  if (!drawn.has(key)) drawn.set(key, make(tex, span.dataset.mathStyle === "display"));
  if (drawn.size > KEPT) drawn.delete(drawn.keys().next().value);
  span.dataset.tex = tex;
  span.replaceChildren(...drawn.get(key).cloneNode(true).childNodes);
}

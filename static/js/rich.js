// A message as other programs take it over: plain HTML without our classes, buttons and frames.

import { all } from "./dom.js";
import { bare, texOf } from "./words.js";

const NOT_SAID = ".block-thinking, .block-tool, .seam";
const KEPT = { a: ["href"], ol: ["start"], th: ["align"], td: ["align"] };

const signed = (span) => (span.dataset.mathStyle === "display" ? `$$${texOf(span)}$$` : `$${texOf(span)}$`);

export function rich(body) {
  const copy = bare(body);
  all(NOT_SAID, copy).forEach((it) => it.remove());
  for (const span of all("[data-math-style]", copy)) span.replaceWith(signed(span));
  for (const wrapper of all("button, div, span", copy)) wrapper.replaceWith(...wrapper.childNodes);
  for (const node of all("*", copy)) {
    const kept = KEPT[node.localName] ?? [];
    node.getAttributeNames().filter((it) => !kept.includes(it)).forEach((it) => node.removeAttribute(it));
  }
  const text = new XMLSerializer();
  return [...copy.childNodes].map((it) => text.serializeToString(it)).join("");
}

// Reads a message aloud, sentence by sentence, in the browser's own voice.

import { all, one } from "./dom.js";
import { bare } from "./words.js";

const LONGEST = 220;  // characters of one utterance: some voices fall silent in the middle of longer ones
const SILENT = ".code-block, pre, .block-thinking, .block-tool, .seam, button, sup";
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote, br";
const SCRIPTS = [
  ["ja", /[\u3040-\u30ff]/], ["ko", /[\uac00-\ud7af]/], ["zh", /[\u4e00-\u9fff]/], ["ru", /[\u0400-\u04ff]/],
  ["el", /[\u0370-\u03ff]/], ["he", /[\u0590-\u05ff]/], ["ar", /[\u0600-\u06ff]/], ["hi", /[\u0900-\u097f]/],
  ["th", /[\u0e00-\u0e7f]/],
];
const COMMON = {
  en: /\b(the|and|of|is|you|with|that)\b/gi, de: /\b(der|die|und|ist|nicht|mit|ein|eine)\b/gi,
  fr: /\b(le|les|des|et|est|une|dans|pour)\b/gi, es: /\b(el|los|las|es|una|para|que|con)\b/gi,
  it: /\b(il|di|che|gli|una|per|sono|con)\b/gi, pt: /\b(o|os|das|uma|para|não|com|é)\b/gi,
};

let queue = [];  // who holds no utterance may lose it before its end is told

export const canSpeak = () => "speechSynthesis" in window;

// As marked; else by its letters, else by its commonest words; else the voice decides.
function languageOf(node, text) {
  const marked = node.closest("[lang]:not(html)")?.lang;
  if (marked) return marked;
  const script = SCRIPTS.find(([, letters]) => letters.test(text));
  if (script) return script[0];
  const counted = Object.entries(COMMON).map(([code, words]) => [text.match(words)?.length ?? 0, code]);
  const [count, code] = counted.sort((a, b) => b[0] - a[0])[0];
  return count > 1 ? code : "";
}

function textOf(message) {
  const copy = bare(one("[data-message-body]", message));
  all(SILENT, copy).forEach((it) => it.remove());
  for (const span of all("[data-math-style]", copy)) if (span.textContent.includes("\\")) span.remove();
  for (const block of all(BLOCKS, copy)) block.after("\n");
  return copy.textContent.replace(/[\u2610\u2611]/g, "");
}

function* pieces(text, language) {
  const sentences = new Intl.Segmenter(language || undefined, { granularity: "sentence" });
  for (const line of text.split("\n")) {
    for (const { segment } of sentences.segment(line.trim())) {
      for (let rest = segment.trim(); rest;) {
        const cut = rest.length > LONGEST ? rest.lastIndexOf(" ", LONGEST) : -1;
        yield rest.slice(0, cut > 0 ? cut : LONGEST);
        rest = rest.slice(cut > 0 ? cut : LONGEST).trim();
      }
    }
  }
}

export function stopReading() {
  if (!canSpeak()) return;
  speechSynthesis.cancel();
  one("#reading").hidden = true;
}

export function read(message) {
  stopReading();
  const text = textOf(message);
  const lang = languageOf(one("[data-message-body]", message), text);
  queue = [...pieces(text, lang)].map((it) => Object.assign(new SpeechSynthesisUtterance(it), lang && { lang }));
  if (!queue.length) return;
  queue.at(-1).addEventListener("end", stopReading);
  queue.forEach((it) => speechSynthesis.speak(it));
  one("#reading").hidden = false;
}

export function startSpeech() {
  if (!canSpeak() || !one("#reading")) return;
  document.documentElement.dataset.speaks = "";
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-read]");
    item?.closest("[popover]").hidePopover();
    if (item) read(item.closest("article"));
  });
  one("[data-stop-reading]").addEventListener("click", stopReading);
  // Some browsers would go on talking on the next page.
  addEventListener("pagehide", stopReading);
}

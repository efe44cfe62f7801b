// Diagrams: each is drawn by a frame without rights, and only when it comes near the view.

import { all, one } from "./dom.js";
import { tools, toolsFor } from "./tools.js";

const LIMIT = 20_000;
const [LOWEST, HIGHEST] = [40, 4_000];
const heights = new Map();  // of what was drawn before, so that an article that is replaced does not jump
const dark = matchMedia("(prefers-color-scheme: dark)");

const sourceOf = (block) => one("code", block).textContent;
const frameOf = (block) => one(".diagram-frame", block);

function isDark() {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme === "dark" || (scheme !== "light" && dark.matches);
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    frameOf(target).src = tools().dataset.diagramUrl;
  }
}, { rootMargin: "300px" });

function fail(block) {
  near.unobserve(block);
  one(".diagram", block)?.replaceWith(toolsFor("failed"));
  one("[data-source]", block).hidden = true;
  block.classList.remove("is-drawn");
}

function send(block) {
  // To any origin: the frame has none. It is our own page, and the policy lets it be no other.
  frameOf(block)?.contentWindow?.postMessage({ source: sourceOf(block), dark: isDark() }, "*");
}

function size(block, height) {
  const bounded = Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(height)));
  heights.set(sourceOf(block), bounded);
  frameOf(block).style.height = `${bounded}px`;
}

export function draw(block) {
  if (one(".diagram, .diagram-failed", block)) return;
  const source = sourceOf(block);
  one(".code-header", block).after(toolsFor("diagram"));
  if (!source.trim() || source.length > LIMIT) return fail(block);
  block.classList.add("is-drawn");
  one("[data-source]", block).hidden = false;
  if (heights.has(source)) frameOf(block).style.height = `${heights.get(source)}px`;
  near.observe(block);
}

addEventListener("message", ({ source, data }) => {
  const block = all(".code-block.is-drawn").find((it) => frameOf(it)?.contentWindow === source);
  if (!block || !source) return;
  if (data?.ready === true) send(block);
  if (data?.failed === true) fail(block);
  if (Number.isFinite(data?.height)) size(block, data.height);
});

dark.addEventListener("change", () => all(".code-block.is-drawn").forEach(send));

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-source]");
  if (!button) return;
  const shown = button.closest(".code-block").classList.toggle("shows-source");
  button.setAttribute("aria-pressed", shown);
});

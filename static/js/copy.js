// Copy buttons: of a message (its source, from the server) and of a code block.

import { one } from "./dom.js";

const SHOWN = 2_000;

async function sourceOf(button) {
  if (!button.dataset.copyUrl) return one("code", button.closest(".code-block")).textContent;
  const response = await fetch(button.dataset.copyUrl, { headers: { "HX-Request": "true" } });
  if (!response.ok) throw new Error(`copy: ${response.status}`);
  return response.text();
}

// Without a secure context there is no clipboard object; the old command still works.
function copyOldWay(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("copy: refused");
}

async function put(text) {
  // A promise inside the item keeps the permission of the click while the text is fetched.
  if (!navigator.clipboard?.write) return copyOldWay(await text);
  const blob = text.then((it) => new Blob([it], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

async function copy(button) {
  const name = button.dataset.name ??= button.textContent;
  let told = "Copied";
  try {
    await put(sourceOf(button));
  } catch {
    told = "Not copied";
  }
  button.textContent = told;
  one("#announcer").textContent = told;
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => { button.textContent = name; }, SHOWN);
}

export function startCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copy-url], button[data-copy]");
    if (button) copy(button);
  });
}

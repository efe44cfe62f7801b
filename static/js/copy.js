// Copy buttons: of a message (its source, from the server, or rich text), a code block, a table.

import { one } from "./dom.js";
import { rich } from "./rich.js";
import { csvOf } from "./tables.js";
import { gettext } from "./translate.js";

const SHOWN = 2_000;

const sources = {
  code: (button) => one("code", button.closest(".code-block")).textContent,
  csv: (button) => csvOf(one("table", button.parentElement.previousElementSibling)),
  rich: (button) => fetched(one("[data-copy-url]", button.closest("article")).dataset.copyUrl),
};

async function fetched(address) {
  const response = await fetch(address, { headers: { "HX-Request": "true" } });
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

async function put(text, html = "") {
  // A promise inside the item keeps the permission of the click while the text is fetched.
  if (!navigator.clipboard?.write) return copyOldWay(await text);
  const blob = text.then((it) => new Blob([it], { type: "text/plain" }));
  const item = { "text/plain": blob };
  if (html) item["text/html"] = new Blob([html], { type: "text/html" });
  await navigator.clipboard.write([new ClipboardItem(item)]);
}

async function copy(button) {
  const name = button.dataset.name ??= button.textContent;
  const { copy: kind, copyUrl } = button.dataset;
  let told = gettext("Copied");
  try {
    const text = copyUrl ? fetched(copyUrl) : Promise.resolve(sources[kind](button));
    await put(text, kind === "rich" ? rich(one("[data-message-body]", button.closest("article"))) : "");
  } catch {
    told = gettext("Not copied");
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

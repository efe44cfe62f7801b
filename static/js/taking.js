// The three ways in which files come to the page: chosen, dropped anywhere, pasted into the box;
// and what can be said of one before it is uploaded.

import { one } from "./dom.js";

const isOfFiles = (event) => event.dataTransfer?.types.includes("Files");

export function startTaking(add) {
  const input = one("#file-input");
  const text = one("#text");

  function take(event, transfer) {
    if (!transfer?.files.length) return;
    event.preventDefault();
    add(transfer.files);
    text.focus();
  }

  one("#attach").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
    text.focus();
  });
  text.addEventListener("paste", (event) => {
    // Words of an office program bring a picture of themselves along; the words are meant.
    if (!event.clipboardData.types.includes("text/plain")) take(event, event.clipboardData);
  });
  addEventListener("dragover", (event) => {
    if (!isOfFiles(event)) return;
    // Without this a dropped file takes the place of the page.
    event.preventDefault();
    document.body.toggleAttribute("data-dropping", true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.removeAttribute("data-dropping");
  });
  addEventListener("drop", (event) => {
    document.body.removeAttribute("data-dropping");
    if (isOfFiles(event)) take(event, event.dataTransfer);
  });
}

// What stands for a file until the server has it.
export function itemOf(file) {
  const item = one("#file-template").content.firstElementChild.cloneNode(true);
  const cancel = one(".file-remove", item);
  one(".file-name", item).textContent = file.name;
  cancel.setAttribute("aria-label", `${cancel.getAttribute("aria-label")}: ${file.name}`);
  return item;
}

// Empty: nothing speaks against it. `limits` have the numbers and the sentences.
export function problemOf(file, count, limits) {
  if (count >= Number(limits.most)) return limits.mostText;
  if (file.size > Number(limits.mostBytes)) return limits.largeText;
  return file.size ? "" : limits.emptyText;
}

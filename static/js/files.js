// What is attached to the message in the composer: chosen, dropped or pasted; each is uploaded at once.

import { all, element, one, parse } from "./dom.js";
import { newId } from "./draft.js";
import { itemOf, problemOf, startTaking } from "./taking.js";
import { upload } from "./upload.js";

const AT_ONCE = 2;

export class Files {
  #list; #waiting = []; #running = 0; #changed;

  constructor(changed) {
    this.#list = one("#files") ?? element("ul");  // a reviewer's box takes none
    this.#changed = changed;
  }

  start(kept) {
    if (!this.#list.isConnected) return;
    startTaking((files) => this.add(files));
    this.#list.addEventListener("click", (event) => this.#click(event.target));
    this.#restore(kept);
  }

  get ids() { return all("input[name=files]", this.#list).map((it) => it.value); }
  get isBusy() { return Boolean(one("[data-pending]", this.#list)); }
  get count() { return this.#list.children.length; }

  // Why a message cannot be sent with these; empty: it can.
  get obstacle() {
    const { failedText, waitText } = this.#list.dataset;
    return one("[data-failed]", this.#list) ? failedText : this.isBusy ? waitText : "";
  }

  add(files) {
    for (const file of files) this.#add(file);
    this.#next();
    this.#tell();
  }

  #add(file) {
    const item = itemOf(file), problem = problemOf(file, this.count, this.#list.dataset);
    this.#list.append(item);
    this.#list.hidden = false;
    if (problem) this.#fail(item, problem);
    else this.#waiting.push({ item, file });
    item.scrollIntoView({ block: "nearest" });
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length) this.#send(this.#waiting.shift());
  }

  #send({ item, file }) {
    if (!item.isConnected) return;
    this.#running += 1;
    let isOver = false;
    const over = (then) => {
      if (isOver) return;
      isOver = true;
      this.#running -= 1;
      then();
      this.#next();
      this.#tell();
    };
    const cancel = upload(this.#list.dataset.uploadUrl, newId(), file, {
      progress: (part) => { one("progress", item).value = part; },
      done: (html) => over(() => item.replaceWith(...parse(html))),
      failed: (sentence) => over(() => this.#fail(item, sentence)),
    }, this.#list.dataset.lostText);
    item.addEventListener("file:cancel", () => { cancel(); over(() => item.remove()); });
  }

  #fail(item, sentence) {
    item.removeAttribute("data-pending");
    item.toggleAttribute("data-failed", true);
    one("progress", item).remove();
    one(".file-note", item).textContent = sentence;
    one("#files-said").textContent = `${one(".file-name", item).textContent}: ${sentence}`;
  }

  #click(target) {
    const button = target.closest(".file-remove"), item = button?.closest(".file");
    if (!item) return;
    const next = item.nextElementSibling ?? item.previousElementSibling;
    if (button.dataset.removeFile) window.htmx.ajax("POST", button.dataset.removeFile, { swap: "none", source: this.#list });
    item.dispatchEvent(new Event("file:cancel"));
    item.remove();
    (next ? one(".file-remove", next) : one("#text")).focus();
    this.#tell();
  }

  async #restore(ids) {
    if (!ids.length) return;
    const query = new URLSearchParams(ids.map((id) => ["id", id]));
    const reply = await fetch(`${this.#list.dataset.waitingUrl}?${query}`).catch(() => null);
    if (reply?.ok && !reply.redirected) this.#list.append(...parse(await reply.text()));
    this.#tell();
  }

  #tell() {
    this.#list.hidden = !this.count;
    this.#changed();
  }

  // What was sent is the message's now.
  clear(ids) {
    for (const input of all("input[name=files]", this.#list)) if (ids.includes(input.value)) input.closest(".file").remove();
    this.#tell();
  }
}

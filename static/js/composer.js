// The composer: what can be sent when, why not, and what happened to what was sent.

import { one, onChange, runningMessage } from "./dom.js";
import { Draft } from "./draft.js";
import { Files } from "./files.js";
import { goToEnd } from "./follow.js";
import { gettext } from "./translate.js";

export class Composer {
  constructor(form) {
    this.form = form;
    this.text = one("#text", form);
    this.draft = new Draft(form.dataset.draft);
    this.limit = Number(this.text.dataset.maxLength) || Infinity;
    this.busy = false;
    this.isWanted = false;  // to be sent as soon as its files are there
    this.files = new Files(() => this.#filesChanged());
  }

  start() {
    if (!this.text.value) this.text.value = this.draft.text;
    this.text.addEventListener("input", () => { this.draft.write(this.text.value); this.refresh(); });
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.form.addEventListener("submit", (event) => this.#submit(event), { capture: true });
    document.addEventListener("click", (event) => this.#open(event.target.closest("[data-opening]")));
    for (const name of ["online", "offline"]) addEventListener(name, () => this.refresh());
    onChange(() => this.#changed());
    this.#changed();
    this.files.start(this.draft.files);
  }

  #filesChanged() {
    this.draft.files = this.files.ids;
    this.draft.save();
    this.refresh(this.isWanted);
    if (!this.isWanted || this.files.isBusy) return;
    this.isWanted = false;
    if (this.files.count) this.form.requestSubmit();
  }

  // A suggestion stands in the box, to be changed or sent as it is.
  #open(suggestion) {
    if (!suggestion) return;
    this.text.value = suggestion.textContent;
    this.draft.write(this.text.value);
    this.text.focus();
    this.refresh();
  }

  // Enter that ends a composition (229 in older engines) chooses a word; it does not send.
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  // Empty: nothing stands in the way.
  #obstacle() {
    const over = this.text.value.length - this.limit;
    if (this.busy) return gettext("Sending…");
    if (over > 0) return gettext("Too long by %(count)s characters.", { count: over.toLocaleString() });
    if (one("#waiting[data-full]")) return gettext("Ten messages wait already.");
    if (!navigator.onLine) return gettext("You are offline; your text is kept.");
    if (this.files.obstacle) return this.files.obstacle;
    return this.text.value.trim() || this.files.count ? "" : gettext("Write a message first.");
  }

  #submit(event) {
    if (this.#obstacle()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.isWanted = this.files.isBusy;
      this.refresh(true);
      return;
    }
    this.draft.write(this.text.value);
    one("[name=message_id]", this.form).value = this.draft.send();
    this.busy = true;
    this.#complain("");
    this.refresh();
  }

  // Called when the answer to a command of this form has come, or failed to.
  finished(sentence) {
    this.busy = false;
    if (sentence) this.#complain(sentence);
    else this.#accepted();
    this.refresh();
  }

  #accepted() {
    if (this.text.value === this.draft.sent) this.text.value = "";
    const { sentFiles } = this.draft;
    this.draft.clear();
    this.files.clear(sentFiles);
    this.draft.write(this.text.value);
    this.draft.save();
    goToEnd();
  }

  // The message may come by the socket before, or instead of, the answer to the request.
  #changed() {
    const id = this.draft.id;
    if (one(`[id="message-${id}"], [id="waiting-${id}"]`)) this.#accepted();
    const running = runningMessage();
    const stop = one("#stop");
    const hadFocus = document.activeElement === stop;
    one("#stop-form").setAttribute("hx-post", running?.dataset.stopUrl ?? "");
    stop.hidden = !running?.dataset.stopUrl;
    if (hadFocus && stop.hidden) this.text.focus();
    this.refresh();
  }

  #complain(sentence) {
    const line = one("#composer-error");
    line.textContent = sentence;
    line.hidden = !sentence;
  }

  refresh(asked = false) {
    const obstacle = this.#obstacle();
    const left = this.limit - this.text.value.length;
    const hint = one("#composer-hint");
    const isNear = left < this.limit / 10 && left >= 0;
    const near = isNear ? gettext("%(count)s characters left", { count: left.toLocaleString() }) : "";
    const quiet = !this.text.value.trim() && !this.files.count;
    const waits = quiet || one("#stop").hidden ? "" : gettext("Waits its turn.");
    hint.textContent = (quiet && !asked ? "" : obstacle) || near || waits;
    hint.toggleAttribute("data-wrong", left < 0);
    one("#send").setAttribute("aria-disabled", String(Boolean(obstacle)));
    one("#send").title = obstacle || gettext("Send (Enter)");
    // Beside Stop it stands only while there is something that could wait.
    one("#send").hidden = quiet && !one("#stop").hidden;
    this.#grow();
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.rows = Math.min(12, this.text.value.split("\n").length);
  }
}

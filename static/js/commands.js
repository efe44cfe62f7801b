// What htmx brings back for a command: applied like a frame, or said as a sentence with a way out.

import { element, one, parse } from "./dom.js";
import { forgetDrafts } from "./draft.js";
import { finishEditing } from "./editing.js";
import { goToEnd } from "./follow.js";
import { apply } from "./frames.js";
import { gettext } from "./translate.js";

const UNREACHABLE = gettext("The server could not be reached. Nothing is lost; try again.");
const SIGNED_OUT = gettext("You have been signed out. Your text is kept; sign in again and send it.");

// Error pages and error fragments both mark their sentence.
export function sentenceOf(html) {
  for (const root of parse(html)) {
    const marked = root.matches("[data-error]") ? root : one("[data-error]", root);
    if (marked) return marked.textContent.trim();
  }
  return gettext("Something went wrong. Try again.");
}

export function notify(sentence) {
  const notice = element("div", "notice");
  const close = element("button", "icon-button icon-close");
  close.type = "button";
  close.setAttribute("aria-label", gettext("Dismiss"));
  close.dataset.dismiss = "";
  notice.append(element("p", "", sentence), close);
  one("#notices").replaceChildren(notice);
}

function report(source, composer, sentence) {
  if (source === composer?.form) composer.finished(sentence);
  else if (sentence) notify(sentence);
}

export function startCommands(composer) {
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement: source, response, text } = event.detail.ctx;
    // No command of ours redirects; only the way to the sign-in page does.
    const signedOut = response.raw.redirected;
    if (signedOut || response.status >= 400) {
      // htmx would put an error page where the fragment belongs.
      event.preventDefault();
      report(source, composer, signedOut ? SIGNED_OUT : sentenceOf(text));
    } else if (source.matches("[data-applies]")) {
      if (source.matches("[data-editing]")) finishEditing(source);
      apply(text, source.dataset.replaces);
      if (source.dataset.removes && !text.includes(source.dataset.removes)) {
        document.getElementById(source.dataset.removes)?.remove();
      }
      source.closest("[data-editing]")?.remove();
      if (source.matches("[data-closes]")) source.closest("dialog").close();
      if (source.matches("[data-to-end]")) goToEnd();
      report(source, composer, "");
    }
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx) report(event.detail.ctx.sourceElement, composer, UNREACHABLE);
  });
  document.addEventListener("htmx:after:swap", () => {
    const dialog = one("#dialogs dialog[data-modal]:not([open])");
    dialog?.showModal();
    dialog?.addEventListener("close", () => dialog.remove());
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-dismiss]")) event.target.closest(".notice").remove();
    if (event.target.matches("[data-close]")) event.target.closest("dialog").close();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forgets-drafts]")) forgetDrafts();
  });
}

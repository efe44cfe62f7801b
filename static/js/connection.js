// Says in one quiet line how the page is connected; nothing while all is well.

import { all, element, one } from "./dom.js";
import { gettext } from "./translate.js";

const PATIENCE = 1_200;
const RESTORED = 2_000;

const refusals = {
  4401: [gettext("You have been signed out."), gettext("Sign in again")],
  4403: [gettext("You may no longer read this conversation."), gettext("Go to your chats")],
  4400: [gettext("This page is out of date."), gettext("Load it again")],
};

let shown = "";
let timer = 0;

function say(text, link = null) {
  const line = one("#connection");
  line.textContent = text;
  if (link) line.append(" ", link);
  line.hidden = !text;
  shown = text;
}

export function showConnection(state, code = 0) {
  clearTimeout(timer);
  if (state === "refused") refuse(code);
  else if (state === "lost") timer = setTimeout(lost, shown ? 0 : PATIENCE);
  else if (!navigator.onLine) lost();
  else if (shown) restored();
}

// A gap that ends before anyone could notice is not worth a word.
function lost() {
  say(navigator.onLine ? gettext("Reconnecting…") : gettext("You are offline. What is written goes on; it will be here when you are back."));
}

function restored() {
  say(gettext("Connected again"));
  timer = setTimeout(() => say(""), RESTORED);
}

function refuse(code) {
  const [sentence, label] = refusals[code] ?? refusals[4400];
  const link = element("a", "", label);
  link.href = code === 4403 ? "/" : code === 4401 ? `/accounts/login/?next=${encodeURIComponent(location.pathname)}` : location.href;
  say(sentence, link);
  // In the support room they are the words of others, and the right to read them is gone.
  if (code !== 4400) for (const words of all("[data-room] #log, #side")) words.replaceChildren();
}

export function watchNetwork() {
  addEventListener("offline", () => { clearTimeout(timer); lost(); });
}

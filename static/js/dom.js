// The only place that turns text from our server into nodes. DOMParser runs nothing and loads nothing.

const parser = new DOMParser();

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// The explicit body keeps a leading <template> out of the head, so roots stay in their order.
export function parse(html) {
  return [...parser.parseFromString(`<!doctype html><body>${html}`, "text/html").body.children];
}

export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

const LIVE = ["pending", "queued", "waiting", "thinking", "writing"];

export const isLive = (message) => LIVE.includes(message.dataset.status);

// Step by step from the end: a selector would look at every element of a long thread, at every frame.
export function runningMessage() {
  let it = one("#log")?.lastElementChild;
  while (it && !isLive(it)) it = it.previousElementSibling;
  return it ?? undefined;
}

// htmx wires what it inserts itself; what we insert, we must hand over.
export function wire(node) {
  window.htmx.process(node);
  return node;
}

// "thread:change" tells that messages came, went or changed their state; that one grows, it does not.
export function tellChange() {
  one("#log")?.dispatchEvent(new Event("thread:change"));
}

export function onChange(listener) {
  one("#log")?.addEventListener("thread:change", listener);
}

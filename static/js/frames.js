// Applies HTML from the server, a frame of the socket or the answer to a command, to the page.
// Both ways may bring the same message: whichever comes first wins, and the revision decides the rest.

import { change, fold } from "./blocks.js";
import { all, one, parse, tellChange, wire } from "./dom.js";
import { keeping } from "./keeping.js";
import { placeConversation } from "./sidebar.js";

const revisionOf = (node) => Number(node.dataset.revision || 0);
const messageOf = (frame) => document.getElementById(`message-${frame.dataset.message}`);
const liveOf = (frame) => messageOf(frame)?.querySelector("[data-live]");
const blockOf = (frame) => liveOf(frame)?.querySelector(`:scope > [data-block="${frame.dataset.block}"]`);
const tailOf = (frame) => blockOf(frame)?.querySelector("[data-tail]");

const kinds = {
  live: (frame) => keeping(liveOf(frame), (live) => live.replaceChildren(frame.content)),
  block: (frame) => liveOf(frame)?.append(frame.content),
  append(frame) {
    const tail = tailOf(frame);
    tail?.before(frame.content);
    tail?.replaceChildren();
  },
  tail: (frame) => tailOf(frame)?.replaceChildren(frame.content),
  code(frame) {
    const code = tailOf(frame) && all("code", tailOf(frame)).at(-1);
    if (code?.lastChild?.nodeType === Node.TEXT_NODE) code.lastChild.appendData(frame.content.textContent);
    else code?.append(frame.content.textContent);
  },
  again: (frame) => change(blockOf(frame), frame.content.firstElementChild),
  fold: (frame) => fold(blockOf(frame), frame.content.textContent),
  state(frame) {
    const message = messageOf(frame);
    if (!message) return;
    message.dataset.status = frame.dataset.status;
    one("[data-state-label]", message).textContent = frame.content.textContent;
  },
  // Also the answer to a command brings one: what the socket has brought meanwhile may be newer.
  log(frame, log) {
    if (!log || Number(log.dataset.revision) >= Number(frame.dataset.revision)) return;
    keeping(log, () => log.replaceChildren(frame.content));
    log.dataset.revision = frame.dataset.revision ?? log.dataset.revision;
    wire(log);
  },
  revision(frame, log) {
    if (log) log.dataset.revision = frame.dataset.value;
  },
  // A part of the page that stands for itself; the divider of the memory also has its place in the log.
  part(frame, log) {
    if (log?.id !== "log") return;  // a column of the playground shows no memory
    const fresh = wireLater(frame.content.firstElementChild);
    const old = document.getElementById(fresh.id);
    const open = old ? [old, ...all("[popover]", old)].filter((it) => it.matches(":popover-open")) : [];
    const place = () => {
      if (old) old.replaceWith(fresh);
      else log.prepend(fresh);
      for (const { id } of open) document.getElementById(id)?.showPopover();
    };
    if (old) keeping(old, place, fresh);
    else place();
    document.getElementById(fresh.dataset.after)?.after(fresh);
  },
  // What is in a list is for the page to ask for, with its own filters.
  refresh: (frame) => one(`[data-refresh="${frame.dataset.name}"]`)?.dispatchEvent(new Event("refresh")),
  // What leaves the list is what the archive shows.
  gone: (frame) => one(".list-archived") ?? document.getElementById(frame.dataset.id)?.remove(),
};

// By which an answer only grows, many times a second; nobody has to look through a long thread for it.
const GROWTH = new Set(["block", "append", "tail", "code", "again", "fold", "revision"]);

// `log` is where new messages go: a page may show several conversations.
export function apply(html, replaces = "", log = one("#log")) {
  const roots = parse(html);
  for (const root of roots) applyRoot(root, replaces, log);
  if (!roots.every((root) => GROWTH.has(root.dataset.frame))) tellChange();
}

function applyRoot(root, replaces, log) {
  if (root.matches("template[data-frame]")) kinds[root.dataset.frame]?.(root, log);
  else if (root.matches("article[data-message-id]")) placeMessage(root, replaces, log);
  else if (root.matches("li[data-conversation-id]")) placeConversation(root);
}

function placeMessage(incoming, replaces, log) {
  const existing = document.getElementById(incoming.id);
  const replaced = document.getElementById(replaces);
  if (existing && revisionOf(existing) >= revisionOf(incoming)) {
    if (replaced && replaced !== existing) replaced.remove();
  } else if (existing ?? replaced) {
    swap(existing ?? replaced, incoming);
    if (existing && replaced && replaced !== existing) replaced.remove();
  } else if (log && (!incoming.dataset.parent || document.getElementById(incoming.dataset.parent))) {
    // What stands below nothing on this page changed further up than it reaches.
    log.append(wireLater(incoming));
  }
}

function swap(old, fresh) {
  keeping(old, () => old.replaceWith(wireLater(fresh)), fresh);
}

function wireLater(node) {
  queueMicrotask(() => node.isConnected && wire(node));
  return node;
}

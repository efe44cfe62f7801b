// What stands in the composer, kept in this browser until the server has accepted it.
// The id is the message's: a send that is repeated after a lost answer is then still one message.

const PREFIX = "draft:";
let forgotten = false;

const keyOf = (name) => `${PREFIX}${document.body.dataset.user}:${name}`;

export const newId = () => crypto.randomUUID?.() ?? fromRandomBytes();

// Plain http on another machine is no secure context and has no randomUUID.
function fromRandomBytes() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Draft {
  #key; #timer = 0;

  constructor(name) {
    this.#key = keyOf(name);
    this.clear();
    this.#load();
    addEventListener("pagehide", () => this.save());
  }

  #load() {
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(this.#key) ?? "{}"));
    } catch {
      // A full or forbidden store only costs the draft over a reload.
    }
  }

  clear() {
    this.text = "";
    this.files = [];
    this.id = newId();
    this.sent = null;
    this.sentFiles = [];
  }

  write(text) {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), 200);
  }

  // The id for this sending: the same one as long as the text and the files are the same.
  send() {
    const isOther = this.sent !== this.text || String(this.sentFiles) !== String(this.files);
    if (this.sent !== null && isOther) this.id = newId();
    this.sent = this.text;
    this.sentFiles = this.files;
    this.save();
    return this.id;
  }

  save() {
    clearTimeout(this.#timer);
    if (forgotten) return;
    try {
      const { text, files, id, sent, sentFiles } = this;
      if (text || files.length) localStorage.setItem(this.#key, JSON.stringify({ text, files, id, sent, sentFiles }));
      else localStorage.removeItem(this.#key);
    } catch {
      // See above.
    }
  }
}

// For the next person at this machine; what is still open must not write them back.
export function forgetDrafts() {
  forgotten = true;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

// One live connection, reopened for as long as that makes sense. Every frame is HTML; the only thing
// that goes back is how many frames have been taken in, so that a slow page gets fewer and larger ones.

const FINAL_CODES = [4400, 4401, 4403];
const SILENCE = 45_000;
const FIRST_WAIT = 300;
const LONGEST_WAIT = 8_000;
const ACK_EVERY = 96 * 1024;

export class Socket {
  #address; #onFrame; #onState;
  #current = null;
  #tries = 0;
  #retry = 0;
  #watch = 0;
  #heard = 0;
  #final = false;

  // address(): where to connect, asked anew each time. onState("open" | "lost" | "refused", code).
  constructor(address, onFrame, onState) {
    this.#address = address;
    this.#onFrame = onFrame;
    this.#onState = onState;
  }

  start() {
    this.#open();
    addEventListener("online", () => this.#reopen());
    addEventListener("pageshow", (event) => event.persisted && this.#reopen());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.#alive()) this.#reopen();
    });
  }

  // Timers sleep in hidden tabs and suspended machines, so the clock is asked as well.
  #alive() {
    return this.#current?.readyState === WebSocket.OPEN && Date.now() - this.#heard < SILENCE;
  }

  #reopen() {
    if (this.#final) return;
    this.#tries = 0;
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    const old = this.#current;
    const socket = new WebSocket(this.#address());
    this.#current = socket;
    old?.close();
    this.#listen();
    const taken = { frames: 0, bytes: 0 };
    // A frame of a socket that is no longer the current one would come twice.
    socket.onopen = () => socket === this.#current && this.#onState("open");
    socket.onmessage = (event) => socket === this.#current && this.#take(event.data, taken);
    socket.onclose = (event) => socket === this.#current && this.#lost(event.code);
  }

  #take(html, taken) {
    this.#tries = 0;
    this.#listen();
    taken.frames += 1;
    taken.bytes += html.length;
    try {
      this.#onFrame(html);
    } finally {
      if (taken.bytes >= ACK_EVERY || html.includes('data-frame="beat"')) {
        taken.bytes = 0;
        this.#current.send(JSON.stringify({ ack: taken.frames }));
      }
    }
  }

  #listen() {
    this.#heard = Date.now();
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(0), SILENCE);
  }

  #lost(code) {
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    const dead = this.#current;
    this.#current = null;
    dead?.close();
    this.#final = FINAL_CODES.includes(code);
    this.#onState(this.#final ? "refused" : "lost", code);
    if (this.#final) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++);
    this.#retry = setTimeout(() => this.#open(), wait * (0.5 + Math.random() / 2));
  }
}

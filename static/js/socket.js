// One live connection, reopened for as long as that makes sense. Every frame is HTML; the only thing
// that goes back is how many frames have been taken in, so that a slow page gets fewer and larger ones.
// What comes between two frames of the screen is taken in at once, before it is painted: a page is laid
// out as often as it is seen, and keys have their turn while much comes.

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
  #waiting = [];
  #due = 0;
  #taken = { frames: 0, bytes: 0 };

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
      if (document.hidden) this.#takeIn();
      else if (!this.#alive()) this.#reopen();
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
    // The address tells how far this page is, and what waits belongs to that.
    this.#takeIn();
    const old = this.#current;
    const socket = new WebSocket(this.#address());
    this.#current = socket;
    old?.close();
    this.#listen();
    this.#taken = { frames: 0, bytes: 0 };
    // A frame of a socket that is no longer the current one would come twice.
    socket.onopen = () => socket === this.#current && this.#onState("open");
    socket.onmessage = (event) => socket === this.#current && this.#take(event.data);
    socket.onclose = (event) => socket === this.#current && this.#lost(event.code);
  }

  #take(html) {
    this.#tries = 0;
    this.#listen();
    this.#waiting.push(html);
    // Nothing is painted of a hidden page.
    if (document.hidden) this.#takeIn();
    else this.#due ||= requestAnimationFrame(() => this.#takeIn());
  }

  #takeIn() {
    cancelAnimationFrame(this.#due);
    this.#due = 0;
    let isAsked = false;
    for (const html of this.#waiting.splice(0)) {
      this.#taken.frames += 1;
      this.#taken.bytes += html.length;
      isAsked ||= html.includes('data-frame="beat"');
      try {
        this.#onFrame(html);
      } catch (error) {
        reportError(error);
      }
    }
    if (this.#taken.bytes >= ACK_EVERY || isAsked) this.#acknowledge();
  }

  #acknowledge() {
    this.#taken.bytes = 0;
    if (this.#current?.readyState === WebSocket.OPEN) this.#current.send(JSON.stringify({ ack: this.#taken.frames }));
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

// One file on its way to the server. XMLHttpRequest, because fetch tells no progress of what it sends.

import { sentenceOf } from "./commands.js";

const BUSY = 503;
const AGAIN = 5;

// `told` has progress(part), done(html) and failed(sentence); what is given back cancels it.
export function upload(address, id, file, told, lost) {
  let request, timer, tries = 0;

  function send() {
    const form = new FormData();
    form.append("id", id);
    form.append("file", file);
    request = new XMLHttpRequest();
    request.open("POST", address);
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) told.progress(event.loaded / event.total);
    });
    request.addEventListener("load", loaded);
    request.addEventListener("error", () => told.failed(lost));
    request.send(form);
  }

  function loaded() {
    // The server reads a few files at once, and refuses others for a moment.
    if (request.status === BUSY && tries < AGAIN) timer = setTimeout(send, 1000 * ++tries);
    else if (request.status === 200 && request.responseText.includes("data-file")) told.done(request.responseText);
    else told.failed(request.status >= 400 ? sentenceOf(request.responseText) : lost);
  }

  send();
  return () => { clearTimeout(timer); request.abort(); };
}

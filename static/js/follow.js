// The view stays at the end while an answer grows, unless the reader scrolled up.

import { one } from "./dom.js";

const NEAR = 48;

let following = true;

const thread = () => one("#thread");
const distance = (box) => box.scrollHeight - box.clientHeight - box.scrollTop;

export function goToEnd() {
  const box = thread();
  if (!box) return;
  following = true;
  box.scrollTop = box.scrollHeight;
  one("#jump").hidden = true;
}

export function startFollowing() {
  const box = thread();
  if (!box || !one("#jump")) return;
  let last = box.scrollTop;
  box.addEventListener("scroll", () => {
    // Only a move upwards is the reader's: growth does not scroll, and shrinking ends at the end.
    if (distance(box) <= NEAR) following = true;
    else if (box.scrollTop < last - 1) following = false;
    last = box.scrollTop;
    one("#jump").hidden = following;
  }, { passive: true });
  const keep = new ResizeObserver(() => {
    if (following) goToEnd();
    else one("#jump").hidden = distance(box) <= NEAR;
  });
  keep.observe(box);
  keep.observe(one("#log"));
  if (one("#waiting-place")) keep.observe(one("#waiting-place"));
  one("#jump").addEventListener("click", () => { goToEnd(); box.focus({ preventScroll: true }); });
  // A page that opens at a message stays there.
  const at = document.getElementById(box.dataset.at);
  following = !at;
  if (at) at.scrollIntoView({ block: "start" });
  else goToEnd();
}

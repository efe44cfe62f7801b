// A long answer begins with a folded list of its headings.

import { all, element, one } from "./dom.js";
import { toolsFor } from "./tools.js";
import { wordsOf } from "./words.js";

const HEADINGS = ":is(h1, h2, h3, h4, h5, h6)";
const FEWEST = 4;
const SCREENS = 3;
const ENDED = "[data-status=done], [data-status=stopped], [data-status=interrupted], [data-status=failed]";

// An answer far from the view has no height yet; then its words are weighed.
function isLong(article) {
  const screen = one("#thread")?.clientHeight || innerHeight;
  return article.textContent.length > 6_000 || article.offsetHeight > SCREENS * screen;
}

function entry(heading) {
  const item = element("li", "");
  item.dataset.level = heading.localName[1];
  const button = element("button", "outline-link", wordsOf(heading));
  button.type = "button";
  button.addEventListener("click", () => {
    heading.tabIndex = -1;
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  });
  item.append(button);
  return item;
}

export function dressAnswer(article) {
  const body = one("[data-message-body]", article);
  if (!body || !article.matches(`.message-assistant:is(${ENDED})`) || one(".outline", body)) return;
  const headings = all(`.block-text > ${HEADINGS}`, body);
  if (headings.length < FEWEST || !isLong(article)) return;
  const outline = toolsFor("outline");
  one("ol", outline).append(...headings.map(entry));
  body.prepend(outline);
}

// Sentences in the language of the page. It brings them along; what is missing there stays English.

import { one } from "./dom.js";

const words = JSON.parse(one("#translations")?.textContent ?? "{}");

// `%(name)s` in the sentence is filled with the value of that name.
export function gettext(sentence, values = {}) {
  return (words[sentence] ?? sentence).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

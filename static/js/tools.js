// The buttons and frames beside rendered text: written by the server once for the whole page.

import { one } from "./dom.js";

export const tools = () => one("#block-tools");
export const toolsFor = (kind) => one(`[data-kind="${kind}"]`, tools().content).cloneNode(true);

// A table as comma-separated values (RFC 4180).

import { all } from "./dom.js";
import { wordsOf } from "./words.js";

// A spreadsheet runs what begins like a formula; a plain number may keep its sign.
const RUNS = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d[\d.,\s]*%?$/;

function field(cell) {
  const text = wordsOf(cell).trim();
  const safe = RUNS.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(table) {
  return all("tr", table).map((row) => [...row.cells].map(field).join(",")).join("\r\n") + "\r\n";
}

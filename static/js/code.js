// The tools of a code block: wrap its lines, download it under a fitting name.

import { one } from "./dom.js";
import { toolsFor } from "./tools.js";

const KEPT = "wrap";  // in this browser: who wrapped one block wants the next one so
const ENDINGS = {
  bash: "sh", shell: "sh", zsh: "sh", console: "txt", text: "txt", python: "py", python3: "py", pycon: "txt",
  javascript: "js", typescript: "ts", markdown: "md", rust: "rs", ruby: "rb", perl: "pl", kotlin: "kt", csharp: "cs",
  "c#": "cs", "c++": "cpp", "objective-c": "m", haskell: "hs", powershell: "ps1", julia: "jl", latex: "tex",
  mermaid: "mmd", elixir: "ex", erlang: "erl", clojure: "clj", fortran: "f90", golang: "go", postgresql: "sql",
  plaintext: "txt", docker: "", dockerfile: "", make: "", makefile: "",
};
const NAMES = { docker: "Dockerfile", dockerfile: "Dockerfile", make: "Makefile", makefile: "Makefile" };

export function fileName(language) {
  const name = language.toLowerCase();
  const ending = ENDINGS[name] ?? (/^[a-z0-9]{1,8}$/.test(name) ? name : "txt");
  return NAMES[name] ?? `code.${ending}`;
}

export function dressCode(block) {
  const header = one(".code-header", block);
  if (one(".block-tools", header)) return;
  block.dataset.language = one(".code-language", header).textContent.toLowerCase();
  header.append(toolsFor("code"));
  wrap(block, localStorage.getItem(KEPT) === "on");
}

function wrap(block, on) {
  block.classList.toggle("is-wrapped", on);
  one("[data-wrap]", block).setAttribute("aria-pressed", on);
}

function download(block) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([one("code", block).textContent], { type: "application/octet-stream" }));
  link.download = fileName(block.dataset.language);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

export function startCode() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".code-block .text-tool");
    const block = button?.closest(".code-block");
    if (button?.matches("[data-download]")) download(block);
    if (!button?.matches("[data-wrap]")) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem(KEPT, on ? "on" : "");
    wrap(block, on);
  });
}

// Draws the diagram that the page around this frame sends, and tells how high it became.
// A classic script: this frame has no origin, and modules would need one.

(() => {
  const LIMIT = 20_000;
  const { body } = document;
  let number = 0;
  const tell = (message) => parent.postMessage(message, "*");

  function settle(dark) {
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      suppressErrorRendering: true,
      maxTextSize: LIMIT,
      maxEdges: 500,
      theme: dark ? "dark" : "default",
      fontFamily: "system-ui, sans-serif",
      secure: ["secure", "securityLevel", "startOnLoad", "suppressErrorRendering", "maxTextSize", "maxEdges", "themeCSS", "fontFamily"],
    });
  }

  // A wide picture on a narrow screen stays readable and scrolls.
  function fit(svg) {
    const width = svg.viewBox.baseVal?.width || 0;
    svg.style.minWidth = `${Math.min(width, 480)}px`;
    svg.style.display = "block";
    svg.style.margin = "0 auto";
  }

  async function draw({ source, dark }) {
    const mine = ++number;
    try {
      settle(dark);
      if (typeof source !== "string" || source.length > LIMIT) throw new Error("too long");
      const place = document.createElement("div");
      place.textContent = source;
      body.replaceChildren(place);
      await mermaid.run({ nodes: [place] });
      if (mine !== number) return;
      fit(place.querySelector("svg"));
      tell({ height: body.scrollHeight });
    } catch {
      tell({ failed: true });
    }
  }

  body.style.margin = "0";
  body.style.overflow = "auto hidden";
  new ResizeObserver(() => body.firstElementChild && tell({ height: body.scrollHeight })).observe(body);
  addEventListener("message", (event) => { if (event.source === parent) draw(event.data); });
  tell({ ready: true });
})();

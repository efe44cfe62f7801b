// "Print" in the menu of a message: what css/print.css leaves of the page.

export function startPrinting() {
  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-print]");
    if (!item) return;
    item.closest("[popover]").hidePopover();
    print();
  });
}

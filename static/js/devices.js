// The list of devices: how many are ticked, all on the page at once, and a range with the Shift key.

const boxes = () => [...document.querySelectorAll('#devices input[name="device"]:not(:disabled)')];
let last = null;

function count() {
  const shown = document.querySelector("[data-selected]");
  const all = boxes();
  if (!shown || !all.length) return;
  const ticked = all.filter((box) => box.checked).length;
  shown.textContent = ticked ? shown.dataset.selected.replace("{n}", ticked) : "";
  const page = document.querySelector("[data-select-page]");
  if (!page) return;
  page.checked = ticked === all.length;
  page.indeterminate = ticked > 0 && ticked < all.length;
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-clear]") && boxes().length) {
    event.preventDefault();
    for (const box of boxes()) box.checked = false;
    count();
  }
  if (!target.matches('#devices input[name="device"]')) return;
  const all = boxes();
  const here = all.indexOf(target);
  const there = all.indexOf(last);
  if (event.shiftKey && there >= 0) {
    for (const box of all.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = target.checked;
  }
  last = target;
  count();
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-page]")) for (const box of boxes()) box.checked = target.checked;
  if (target.closest("#devices")) count();
});
document.addEventListener("htmx:afterSettle", count);
count();

// The history: a row opens beside the list, keys move through the rows, ids are copied, and the toolbar says what the
// address says. Without this file each row's link leads to the recording's page.

const htmx = window.htmx;
const WIDE = matchMedia("(width >= 60rem)"); // narrower there is no room beside the list
const rows = () => [...document.querySelectorAll("#recordings tbody tr")];
const linkOf = (row) => row?.querySelector("td a[href]:not(.flag, .stop)");
const panel = document.getElementById("beside");
const isOpen = () => Boolean(panel.querySelector("#summary:not(.is-closing)"));

// Ids: a button beside each, made here so that the page does not carry hundreds of them.

function addCopyButtons() {
  for (const head of document.querySelectorAll("#recordings th[data-copy-name]")) {
    for (const row of rows()) {
      const id = row.cells[head.cellIndex]?.querySelector("code:not(:has(+ button))");
      if (!id) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy__button";
      button.tabIndex = -1; // by keyboard ids are copied in the panel
      button.dataset.copy = "";
      button.dataset.copied = head.dataset.copied;
      button.dataset.scripted = "";
      button.setAttribute("aria-label", head.dataset.copyName.replace("{of}", linkOf(row).textContent));
      id.after(button);
    }
  }
}

// One recording beside the list. The address names it, so that the page can be shared and loaded again.

function remember(pk) {
  const url = new URL(location.href);
  if (pk) url.searchParams.set("open", pk);
  else url.searchParams.delete("open");
  history.replaceState(history.state, "", url);
}

function mark(pk) {
  for (const row of rows()) row.classList.toggle("is-open", row.id === `recording-${pk}`);
}

async function openBeside(row, event, { takesFocus = false } = {}) {
  const link = linkOf(row);
  const pk = row.id.replace("recording-", "");
  mark(pk);
  remember(pk);
  await htmx.ajax("GET", `${link.pathname}summary/`, { source: link, event, target: panel, swap: "innerHTML" });
  if (takesFocus) document.getElementById("summary-heading")?.focus();
}

// New rows take the place of the old ones after a search: the row that had the focus keeps it.
let focusedRow = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "results") return;
  focusedRow = document.activeElement?.closest("#recordings tbody tr")?.id ?? "";
  // htmx fires an event for each of thousands of elements that it removes.
  if (detail.shouldSwap) document.querySelector("#recordings tbody")?.remove();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "results" && focusedRow) linkOf(document.getElementById(focusedRow))?.focus({ preventScroll: true });
});

// A response that comes late, when another recording was opened or the panel closed, is not shown.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== panel) return;
  const open = new URL(location.href).searchParams.get("open");
  if (!detail.pathInfo.requestPath.endsWith(`/${open}/summary/`)) detail.shouldSwap = false;
});

function closeBeside() {
  const row = document.querySelector("#recordings tr.is-open");
  const shown = panel.firstElementChild;
  shown.classList.add("is-closing"); // gone for the eye at once; a hundred rows get its place after that is painted
  requestAnimationFrame(() => setTimeout(() => shown.isConnected && panel.replaceChildren()));
  mark(null);
  remember(null);
  linkOf(row)?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-close-summary]")) {
    event.preventDefault();
    closeBeside();
    return;
  }
  const row = target.closest("#recordings tbody tr");
  const link = linkOf(row);
  const pressed = target.closest("a, button");
  if (!link || (pressed && pressed !== link) || !getSelection().isCollapsed) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) {
    if (!pressed) open(link.href);
  } else if (WIDE.matches) {
    event.preventDefault();
    openBeside(row, event, { takesFocus: event.detail === 0 }); // pressed by key
  } else if (!pressed) {
    location.assign(link.href);
  }
});
document.addEventListener("auxclick", (event) => {
  const row = event.target.closest("#recordings tbody tr");
  if (event.button === 1 && row && !event.target.closest("a, button")) open(linkOf(row).href);
});

// Keys: j and k, or the arrows within the list, go from row to row; Enter opens; Escape closes.

let follows;

function step(by, event) {
  const all = rows();
  const here = document.activeElement.closest("#recordings tbody tr") ?? document.querySelector("#recordings tr.is-open");
  const next = all[here ? all.indexOf(here) + by : 0];
  if (!next) return;
  event.preventDefault();
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (!isOpen()) return;
  clearTimeout(follows);
  follows = setTimeout(() => openBeside(next, event), 150); // not every row on the way
}

const STEPS = new Map([["j", 1], ["k", -1], ["ArrowDown", 1], ["ArrowUp", -1]]); // prettier-ignore

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (isOpen()) closeBeside();
    return;
  }
  if (target.matches("input, select, textarea, [contenteditable]")) return;
  if (key.startsWith("Arrow") && STEPS.has(key) && target.closest("#recordings")) step(STEPS.get(key), event);
});
document.addEventListener("shortcut", (event) => {
  if (STEPS.has(event.detail)) step(STEPS.get(event.detail), event); // letters: the user can switch them off
});

// Menus close when the user presses beside them.
document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
});

// What is cut for the eye, in full where the pointer rests.
document.addEventListener("pointerover", ({ target }) => {
  const cell = target.closest?.("#recordings td");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent.trim();
});

// The fields of the toolbar show what the address says, however it came about.

document.addEventListener("htmx:pushedIntoHistory", ({ detail }) => {
  const asked = new URL(detail.path, location.href).searchParams;
  for (const field of document.getElementById("filters").elements) {
    if (!field.name || field.type === "hidden" || field === document.activeElement) continue;
    const value = asked.get(field.name) ?? "";
    field.value = value.length === 10 && field.dataset.day ? value + field.dataset.day : value;
  }
  for (const field of document.querySelectorAll("[data-list-query]")) field.value = asked.toString();
  for (const field of document.querySelectorAll("[data-list-address]")) field.value = detail.path;
  if (isOpen()) remember(panel.querySelector("#summary").dataset.pk);
});

const refreshed = () => {
  addCopyButtons();
  if (isOpen()) mark(panel.querySelector("#summary").dataset.pk);
};
for (const swap of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(swap, refreshed);
refreshed();

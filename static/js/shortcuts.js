// Keys for every page: / goes to its search, ? shows all keys. A page adds its own by listening to "shortcut".
//
// Single keys can be switched off in this browser, and never act while something is typed or a dialog is open.

const OFF = "shortcuts-off"; // in localStorage
const TYPED_INTO = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const isOff = () => localStorage.getItem(OFF) !== null;

function goToSearch() {
  const search = document.querySelector("main :is(input[type=search], input[name=q], [data-search])");
  search?.closest("details")?.setAttribute("open", "");
  search?.focus();
  search?.select?.();
  return Boolean(search);
}

function showHelp() {
  const links = [...document.querySelectorAll("[data-keyboard-help]")]; // in the bar, and in the menu
  (links.find((each) => each.offsetParent) ?? links[0])?.click();
  return links.length > 0;
}

const ACTIONS = { "/": goToSearch, "?": showHelp };

/** Whether a part of the page has taken the key as its own. */
function isTaken(key, target) {
  return !target.dispatchEvent(new CustomEvent("shortcut", { bubbles: true, cancelable: true, detail: key }));
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key.length > 1) return; // Enter, Escape and arrows do what they always do
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (target.closest?.(TYPED_INTO) || document.querySelector("dialog[open]")) return;
  if (ACTIONS[key]?.() || isTaken(key, target)) event.preventDefault();
});

// The switch in the help, which is of no use without this script
function showSwitch() {
  for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
    box.checked = !isOff();
    box.closest("[hidden]")?.removeAttribute("hidden");
  }
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-shortcuts-switch]")) return;
  if (target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "");
});
document.addEventListener("htmx:afterSettle", showSwitch);
showSwitch();

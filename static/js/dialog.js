// Questions are asked in the browser's own dialog; without it their links lead to a page that asks the same.

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const failures = document.getElementById("failures");
const besidePage = document.createComment("failures"); // where they stand while no dialog covers the page
failures?.before(besidePage);
let opener;

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "dialog-body" || dialog.open) return;
  opener = detail.requestConfig.elt;
  dialog.prepend(failures); // what fails in the dialog is shown in it: nothing behind it can be reached
  dialog.showModal();
});
document.addEventListener("click", (event) => {
  const leaves = event.target.closest?.("[data-close-dialog]");
  if (event.target !== dialog && !(leaves && dialog.contains(leaves))) return;
  event.preventDefault();
  dialog.close();
});
dialog?.addEventListener("close", () => {
  besidePage.after(failures);
  body.replaceChildren();
  // The page may have refreshed itself meanwhile
  const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
  (back ?? document.getElementById("main")).focus({ preventScroll: true });
});

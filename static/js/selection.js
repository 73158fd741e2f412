// "Select all" ticks the boxes that are shown and says how many are selected, on every page of the list.

const boxes = (form) => [...form.querySelectorAll('input[name="chosen"]')];

function count(form) {
  const all = form.elements.everything;
  const shown = form.querySelector("[data-selected]");
  const ticked = all.checked ? Number(all.dataset.all) : boxes(form).filter((box) => box.checked).length;
  shown.textContent = ticked ? shown.dataset.selected.replace("{n}", ticked) : "";
}

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form?.elements.everything) return;
  if (target.name === "everything") for (const box of boxes(form)) box.checked = target.checked;
  else if (target.name === "chosen" && !target.checked) form.elements.everything.checked = false;
  count(form);
});

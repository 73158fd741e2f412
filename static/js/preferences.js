// The theme changes without leaving the page; the form behind its button works without this.

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]")) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form, event.submitter));
  document.documentElement.dataset.theme = event.submitter.value;
  form.querySelector(`.theme--${event.submitter.value}`).focus(); // the button that was pressed is hidden now
  try {
    await fetch(form.action, { method: "POST", body: sent, redirect: "manual" });
  } catch {
    // The page has the theme; the next one asks again
  }
});

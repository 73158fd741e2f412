// The dashboard between two refreshes: the clock ticks, and it says when it was updated last. A wall
// display tells the server how many tiles fit on its screen; the server turns the pages.

const board = "dashboard";
const freshness = document.getElementById("freshness");
const face = document.querySelector("[data-clock-face]");
const words = document.getElementById("moment-words").dataset;
const AHEAD = Date.now() - Number(words.clock); // milliseconds: this machine's clock against the server's
const TILE = 2.75; // rem: the least height of a tile (css/components/dashboard.css)

const clock = (options) =>
  new Date(Date.now() - AHEAD).toLocaleTimeString("sv-SE", { timeZone: freshness.dataset.timeZone, ...options });

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function tick() {
  write(face, clock({ hour: "2-digit", minute: "2-digit" }));
}

/** How many tiles a wall display has room for; 0 where the page scrolls. */
function room() {
  const tiles = document.querySelector(".board--wall [data-tiles]");
  if (!tiles || getComputedStyle(tiles).overflowY !== "hidden") return 0;
  const { gridTemplateColumns, rowGap } = getComputedStyle(tiles);
  const gap = Number.parseFloat(rowGap) || 0;
  const height = TILE * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const rows = Math.floor((tiles.clientHeight + gap) / (height + gap));
  return Math.max(1, rows) * gridTemplateColumns.split(" ").length;
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== board) return;
  const fits = room();
  if (fits) detail.parameters.fits = fits;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.id !== board || !detail.successful) return;
  write(freshness, freshness.dataset.updated.replace("{time}", clock({})));
});

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);

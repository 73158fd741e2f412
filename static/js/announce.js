// The one polite live region: what changed on the page is read out by a screen reader, a few changes at a time.

const region = document.getElementById("announcer");
const MOST = 5;
const PAUSE = 300; // milliseconds, so that changes of one answer are read out together
let waiting = [];
let timer;

function read() {
  const more = waiting.length - MOST;
  const lines = waiting.slice(0, MOST);
  if (more > 0) lines.push(region.dataset.more.replace("{n}", more));
  region.replaceChildren(
    ...lines.map((line) => {
      const element = document.createElement("p");
      element.textContent = line;
      return element;
    }),
  );
  waiting = [];
}

document.addEventListener("announce", ({ detail }) => {
  if (!waiting.includes(detail)) waiting.push(detail);
  clearTimeout(timer);
  timer = setTimeout(read, PAUSE);
});

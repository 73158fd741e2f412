// The browser's own player: a fresh address when the one it has is over, and a reason when it cannot play.

const RENEW_AFTER = 60_000; // milliseconds: what fails sooner does not fail because of its age
const opened = new WeakMap();

/** The address that a player opened now would get. */
async function freshAddress(player) {
  const answer = await fetch(player.dataset.player, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-player]")?.getAttribute("src");
}

async function renew(player) {
  const at = player.currentTime;
  const address = await freshAddress(player).catch(() => null);
  if (!address) return giveUp(player);
  opened.set(player, Date.now());
  player.src = address;
  player.currentTime = at;
  player.play();
}

/** Say that it failed at once, and why as soon as the server has found out. */
async function giveUp(player) {
  const reason = player.parentElement.querySelector("[data-player-failed]");
  if (!reason || !reason.hidden) return;
  reason.hidden = false;
  const answer = await fetch(player.dataset.trouble).catch(() => null);
  if (answer?.ok && !answer.redirected) reason.textContent = await answer.text();
}

// Neither event bubbles, so they are caught on their way down.
document.addEventListener(
  "loadstart",
  ({ target }) => target.matches?.("[data-player]") && !opened.has(target) && opened.set(target, Date.now()),
  true,
);
document.addEventListener(
  "error",
  ({ target }) => {
    if (!target.matches?.("[data-player]")) return;
    if (Date.now() - (opened.get(target) ?? Date.now()) > RENEW_AFTER) {
      renew(target);
    } else if (target.hasAttribute("crossorigin")) {
      target.removeAttribute("crossorigin"); // Safari plays from a bucket without a rule for other origins
      target.load();
    } else {
      giveUp(target);
    }
  },
  true,
);

// Passkeys: asks the browser for what the server asked for, and puts its answer into the form that waits for it.

const BYTES = ["challenge", "id", "rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function toBytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What the server sent as JSON, with bytes where the browser wants bytes. */
function readOptions({ publicKey }) {
  const known = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));
  return {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    ...(publicKey.user && { user: { ...publicKey.user, id: toBytes(publicKey.user.id) } }),
    ...(publicKey.excludeCredentials && { excludeCredentials: known(publicKey.excludeCredentials) }),
    ...(publicKey.allowCredentials && { allowCredentials: known(publicKey.allowCredentials) }),
  };
}

/** The browser's answer as JSON, with text where there are bytes. */
function writeAnswer(credential) {
  const response = {};
  for (const name of BYTES) if (credential.response[name]) response[name] = toText(credential.response[name]);
  const transports = credential.response.getTransports?.();
  if (transports) response.transports = transports;
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function optionsOf(form) {
  const url = form.dataset.optionsUrl;
  if (!url) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
}

async function answer(form) {
  const said = form.querySelector("[data-passkey-error]");
  const button = form.querySelector("button[type=submit]");
  said.textContent = "";
  button.disabled = true;
  try {
    const publicKey = readOptions(await optionsOf(form));
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.credential.value = writeAnswer(credential);
    form.submit();
  } catch (error) {
    const { wordsNone, wordsPlace, wordsFailed } = form.dataset;
    if (error.name === "SecurityError") said.textContent = wordsPlace;
    else said.textContent = error instanceof DOMException ? wordsNone : wordsFailed;
  } finally {
    button.disabled = false;
  }
}

const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (supported) form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (supported) answer(form);
    else form.querySelector("[data-passkey-error]").textContent = form.dataset.wordsPlace;
  });
}

// Passkeys and security keys: a form that is sent once the browser has made or used one.
// The server's options come with the form, or are fetched when the person asks.

import { all, one } from "./dom.js";

const WAYS = {
  get: async (publicKey) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }),
  create: async (publicKey) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
};

async function optionsOf(form) {
  const script = one('script[type="application/json"]', form);
  if (script) return JSON.parse(script.textContent).publicKey;
  const reply = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  return (await reply.json()).request_options.publicKey;
}

// A key that signs in alone has to know its person, and to see that it is they.
function asPasskey(publicKey, isPasskey) {
  const residentKey = isPasskey ? "required" : "discouraged";
  const userVerification = isPasskey ? "required" : publicKey.authenticatorSelection.userVerification;
  const selection = { ...publicKey.authenticatorSelection, residentKey, requireResidentKey: isPasskey, userVerification };
  return { ...publicKey, authenticatorSelection: selection };
}

async function use(form) {
  const error = one("[role=alert]", form);
  error.hidden = true;
  try {
    const options = await optionsOf(form);
    const passwordless = form.elements.passwordless;
    const asked = passwordless ? asPasskey(options, passwordless.checked) : options;
    const credential = await WAYS[form.dataset.passkey](asked);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    // Most often the person thought better of it; the browser tells no more.
    error.hidden = false;
  }
}

export function startPasskeys() {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of all("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form);
    });
  }
}

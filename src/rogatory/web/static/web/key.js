// Ask the key of the person who sits here, and send what it answers with the form that asked. Web Authentication, Level 3.
// Nothing else is read and nothing is sent elsewhere: the page's policy forbids it.
"use strict";

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const TOLD = {
  NotAllowedError: "The key was not used: it was not touched in time, it is another one, or you stopped. Try again.",
  InvalidStateError: "This key was made here before. Sign in with it, or use another.",
  NotSupportedError: "This key cannot sign in the way that is needed here. Use another one.",
  SecurityError: "A key of this node is not used at this address. Open the node's own address.",
};

async function answerOf({ key, challenge, rp, credential, name, handle }) {
  const common = { challenge: bytesOf(challenge), timeout: 240000 };
  if (key === "create") {
    const made = await navigator.credentials.create({ publicKey: {
      ...common,
      rp: { id: rp, name },
      user: { id: bytesOf(handle), name, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    } });
    return { attestation: made.response.attestationObject, client: made.response.clientDataJSON };
  }
  const found = await navigator.credentials.get({ publicKey: {
    ...common,
    rpId: rp,
    userVerification: "required",
    allowCredentials: credential ? [{ type: "public-key", id: bytesOf(credential) }] : [],
  } });
  const { authenticatorData, clientDataJSON, signature } = found.response;
  return { credential: found.rawId, authenticator: authenticatorData, client: clientDataJSON, signature };
}

for (const form of document.querySelectorAll("form[data-key]")) {
  const told = document.querySelector("[data-told]"), button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.hidden = true;
    button.disabled = true;
    try {
      if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
      for (const [name, value] of Object.entries(await answerOf(form.dataset))) form.elements[name].value = textOf(value);
      form.submit();
    } catch (error) {
      told.textContent = TOLD[error.name] ?? `The key could not be asked: ${error.message}`;
      told.hidden = false;
      button.disabled = false;
    }
  });
}

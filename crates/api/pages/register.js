// Makes an account through the Matrix API, with the registration token of the page's address.

const element = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token");
const isOpen = document.querySelector("main").dataset.open === "true";

async function call(method, path, body) {
  const response = await fetch(`/_matrix/client${path}`, {
    method,
    headers: body && { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  return { ok: response.ok, answer };
}

async function mayRegister() {
  if (!token) return isOpen;
  const path = `/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(token)}`;
  const { ok, answer } = await call("GET", path);
  return ok && answer.valid;
}

function show(id) {
  for (const part of ["form", "refused", "done"]) element(part).hidden = part !== id;
}

// While somebody types, they are told whether the name is free.
let typing;
function nameChanged() {
  clearTimeout(typing);
  const hint = element("username-hint");
  hint.textContent = "";
  hint.classList.remove("problem");
  const username = element("username").value.trim();
  if (!username) return;
  typing = setTimeout(async () => {
    const { ok, answer } = await call("GET", `/v3/register/available?username=${encodeURIComponent(username)}`);
    if (element("username").value.trim() !== username) return;
    hint.classList.toggle("problem", !ok);
    hint.textContent = ok ? "This name is free." : sentence(answer);
  }, 350);
}

function sentence(answer) {
  switch (answer.errcode) {
    case "M_USER_IN_USE":
      return "Somebody has this name already.";
    case "M_LIMIT_EXCEEDED":
      return "That was too often. Please wait a little.";
    default:
      return answer.error ?? "The server did not answer as it should. Please try again.";
  }
}

function complain(text) {
  const problem = element("problem");
  problem.textContent = text;
  problem.hidden = !text;
}

async function submit(event) {
  event.preventDefault();
  complain("");
  element("submit").disabled = true;
  try {
    const { ok, answer } = await call("POST", "/v3/register", {
      username: element("username").value.trim(),
      password: element("password").value,
      inhibit_login: true,
      auth: token ? { type: "m.login.registration_token", token } : { type: "m.login.dummy" },
    });
    if (!ok) return complain(sentence(answer));
    element("user-id").textContent = answer.user_id;
    element("password").value = "";
    show("done");
    element("done").focus();
    // The token has no further use, so it need not stay in the history.
    history.replaceState(null, "", location.pathname);
  } catch {
    complain("The server can’t be reached. Please try again.");
  } finally {
    element("submit").disabled = false;
  }
}

function toggle() {
  const password = element("password");
  const hidden = password.type === "password";
  password.type = hidden ? "text" : "password";
  element("show").textContent = hidden ? "Hide" : "Show";
  element("show").setAttribute("aria-pressed", String(hidden));
}

element("form").addEventListener("submit", submit);
element("username").addEventListener("input", nameChanged);
element("show").addEventListener("click", toggle);
show((await mayRegister().catch(() => false)) ? "form" : "refused");

// Completes a stage of a registration in the browser (specification, 5.5.2.5 Fallback), and tells the client so.

const element = (id) => document.getElementById(id);

function tellClient() {
  if (window.onAuthDone) window.onAuthDone();
  else if (window.opener?.postMessage) window.opener.postMessage("authDone", "*");
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = element("problem");
  problem.hidden = true;
  const session = new URLSearchParams(location.search).get("session");
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session, token: element("token")?.value.trim() }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    element("form").hidden = true;
    element("done").hidden = false;
    tellClient();
  } catch (error) {
    problem.textContent = error.message || "The server can’t be reached. Please try again.";
    problem.hidden = false;
  }
});

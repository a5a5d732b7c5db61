// Shows /openapi.json. In development mode the demo accounts are offered as ready tokens.
"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const ui = window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  docExpansion: "list",
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: offerAccounts,
});

async function offerAccounts() {
  const answer = await fetch("/demo-accounts");
  if (!answer.ok) return;
  const accounts = await answer.json();
  const box = document.createElement("p");
  box.className = "accounts";
  box.append("Try it as ");
  for (const account of accounts) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = account.name;
    button.title = account.roles.length ? `Roles: ${account.roles.join(", ")}` : "No roles";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => choose(box, button, account));
    box.append(button);
  }
  document.querySelector("#api .information-container .info")?.append(box);
}

function choose(box, button, account) {
  ui.preauthorizeApiKey("bearer", account.token);
  for (const other of box.querySelectorAll("button")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}

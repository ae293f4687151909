import "./ui/tokens.css";
import "./ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { keepForOffline } from "./app/offline";
import { preferredLanguage, speak } from "./i18n";
import { showTheme } from "./ui/theme";

showTheme();
keepForOffline();
const root = document.getElementById("root");
if (!root) throw new Error("the page has no place for the app");
await speak(preferredLanguage());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

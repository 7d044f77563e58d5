// Starts the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { lend } from "./blocks/emoji";
import "slack-blocks-to-jsx/dist/style.css";
import "./look/frame.css";
import "./look/controls.css";
import "./look/message.css";
import "./look/blocks.css";
import "./look/elements.css";
import "./look/dialog.css";

lend();
// A block that cannot be drawn is shown as JSON: worth a word to the developer, not an error of the page.
const onCaughtError = (error: unknown) => console.warn("Could not draw a block:", error);
createRoot(document.getElementById("page")!, { onCaughtError }).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

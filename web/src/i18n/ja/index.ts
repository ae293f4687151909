import accounts from "./accounts.json";
import app from "./app.json";
import conversation from "./conversation.json";
import conversations from "./conversations.json";
import settings from "./settings.json";
import time from "./time.json";
import ui from "./ui.json";

export default { accounts, app, conversation, conversations, settings, time, ui };

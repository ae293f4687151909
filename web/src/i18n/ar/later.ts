import calls from "./calls.json";
import emoji from "./emoji.json";
import encryption from "./encryption.json";
import messages from "./messages.json";
import people from "./people.json";
import reasons from "./reasons.json";
import requests from "./requests.json";

export default { calls, emoji, encryption, messages, people, reasons, requests };

import account from "./account.json";
import albums from "./albums.json";
import calls from "./calls.json";
import details from "./details.json";
import emoji from "./emoji.json";
import encryption from "./encryption.json";
import messages from "./messages.json";
import notifications from "./notifications.json";
import people from "./people.json";
import previews from "./previews.json";
import privacy from "./privacy.json";
import reasons from "./reasons.json";
import requests from "./requests.json";
import scheduled from "./scheduled.json";
import threads from "./threads.json";

export default {
  account,
  albums,
  calls,
  details,
  emoji,
  encryption,
  messages,
  notifications,
  people,
  previews,
  privacy,
  reasons,
  requests,
  scheduled,
  threads,
};

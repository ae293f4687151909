import { MessagesSquare } from "lucide-react";
import { lazy } from "react";
import { Redirect, Route, Switch } from "wouter";
import Conversation from "@/features/conversation/Conversation";
import { t } from "@/i18n";
import { Empty } from "@/ui/Empty";
import { routes } from "./routes";

const Compose = lazy(() => import("@/features/people/Compose"));
const Request = lazy(() => import("@/features/requests/Request"));
const Settings = lazy(() => import("@/features/settings/Settings"));

/** Where the list stands alone. */
const LISTS = new RegExp(`^(?:${routes.inbox}|${routes.requests})$`);

/** What was chosen. Each feature adds its screens here. */
export default function Pane() {
  return (
    <Switch>
      <Route path="/c/:id">{({ id }) => <Conversation key={id} roomId={decodeURIComponent(id)} />}</Route>
      <Route path="/requests/:id">{({ id }) => <Request key={id} roomId={decodeURIComponent(id)} />}</Route>
      <Route path="/new" component={Compose} />
      <Route path="/settings/:section?">{({ section }) => <Settings section={section} />}</Route>
      <Route path={LISTS}>
        <Empty icon={MessagesSquare} title={t("app.nothingChosenTitle")}>
          {t("app.nothingChosenText")}
        </Empty>
      </Route>
      <Redirect to={routes.inbox} replace />
    </Switch>
  );
}

import { Languages } from "lucide-react";
import { useEffect } from "react";
import { Redirect, Route, Switch, useSearchParams } from "wouter";
import { chooseLanguage } from "@/app/language";
import { LANGUAGES, type Language, language, t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Mark } from "@/ui/Mark";
import { Menu, MenuItem } from "@/ui/Menu";
import styles from "./Entrance.module.css";
import { Register } from "./Register";
import { SignIn } from "./SignIn";

/** For those who are not signed in. */
export default function Entrance() {
  useEffect(warmUp, []);
  return (
    <div className={styles.entrance}>
      <main className={styles.card}>
        <p className={styles.brand}>
          <Mark /> Aside
        </p>
        <Switch>
          <Route path="/register" component={RegisterByLink} />
          <Route path="/sign-in" component={SignIn} />
          <Route>
            <Redirect to="/sign-in" replace />
          </Route>
        </Switch>
      </main>
      <footer className={styles.footer}>
        <LanguageMenu />
      </footer>
    </div>
  );
}

/** While somebody types their name, the rest of the app arrives. */
function warmUp(): () => void {
  const timer = setTimeout(() => void import("@/matrix/account").then(({ warmUp }) => warmUp()), WARM_UP_MS);
  return () => clearTimeout(timer);
}

const WARM_UP_MS = 500;

function RegisterByLink() {
  const [search] = useSearchParams();
  return <Register token={search.get("token")} />;
}

function LanguageMenu() {
  const tags = Object.keys(LANGUAGES) as Language[];
  return (
    <Menu
      label={t("settings.language")}
      trigger={
        <Button look="quiet" size="small">
          <Languages size={16} aria-hidden /> {LANGUAGES[language()]}
        </Button>
      }
    >
      {tags.map((tag) => (
        <MenuItem key={tag} checked={tag === language()} choose={() => void chooseLanguage(tag)}>
          {LANGUAGES[tag]}
        </MenuItem>
      ))}
    </Menu>
  );
}

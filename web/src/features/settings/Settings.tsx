import {
  ArrowLeft,
  Bell,
  ChevronRight,
  Eye,
  KeyRound,
  LogOut,
  MonitorSmartphone,
  Palette,
  Shield,
  User,
} from "lucide-react";
import type { ComponentType } from "react";
import { Link, useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { type Key, t } from "@/i18n";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { AccountPage } from "./AccountPage";
import { Appearance } from "./Appearance";
import { Devices } from "./Devices";
import { NotificationsPage } from "./NotificationsPage";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";
import { Security } from "./Security";
import styles from "./Settings.module.css";

interface Section {
  readonly title: Key;
  readonly icon: typeof User;
  readonly view: ComponentType;
}

/** Each page of the settings, by its address. A new one gets its line here. */
const SECTIONS: Readonly<Record<string, Section>> = {
  profile: { title: "settings.profile", icon: User, view: Profile },
  privacy: { title: "settings.privacy", icon: Eye, view: Privacy },
  notifications: { title: "settings.notifications", icon: Bell, view: NotificationsPage },
  appearance: { title: "settings.appearance", icon: Palette, view: Appearance },
  security: { title: "settings.security", icon: Shield, view: Security },
  devices: { title: "settings.devices", icon: MonitorSmartphone, view: Devices },
  account: { title: "settings.account", icon: KeyRound, view: AccountPage },
};

export default function Settings({ section }: { section: string | undefined }) {
  const [, go] = useLocation();
  const chosen = section ? SECTIONS[section] : undefined;
  const View = chosen?.view;
  return (
    <section className={styles.settings} aria-label={t("settings.title")}>
      <header className={styles.header}>
        <IconButton
          icon={ArrowLeft}
          label={t("conversations.back")}
          onClick={() => go(chosen ? routes.settings : routes.inbox)}
        />
        <h1>{t(chosen?.title ?? "settings.title")}</h1>
      </header>
      <div className={styles.body}>{View ? <View /> : <Contents />}</div>
    </section>
  );
}

function Contents() {
  const account = useAccount();
  return (
    <>
      <ul className={styles.sections}>
        {Object.entries(SECTIONS).map(([name, { title, icon: Icon }]) => (
          <li key={name}>
            <Link href={routes.section(name)}>
              <Icon size={20} strokeWidth={1.8} aria-hidden />
              <span>{t(title)}</span>
              <ChevronRight size={18} aria-hidden className={styles.arrow} />
            </Link>
          </li>
        ))}
      </ul>
      <Button look="danger" onClick={() => void account.signOut()}>
        <LogOut size={17} aria-hidden /> {t("settings.signOut")}
      </Button>
    </>
  );
}

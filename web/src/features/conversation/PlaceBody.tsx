import { MapPin } from "lucide-react";
import { t } from "@/i18n";
import { coordinates } from "@/i18n/time";
import { mapAddress, type Point } from "@/matrix/place";
import styles from "./Card.module.css";

/** A place, without a map: its picture would tell the map's owner who looks at what. */
export function PlaceBody({ point, text }: { point: Point | null; text: string }) {
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <MapPin size={20} aria-hidden />
        </span>
        <div className={styles.facts}>
          <strong dir="auto">{text || t("conversation.kind_location")}</strong>
          {point && <p>{coordinates(point.latitude, point.longitude)}</p>}
          {point && (
            <a className={styles.link} href={mapAddress(point)} target="_blank" rel="noreferrer noopener">
              {t("messages.openMap")}
            </a>
          )}
        </div>
      </div>
    </div>
  );
}

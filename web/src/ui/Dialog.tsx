import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { t } from "@/i18n";
import { classes } from "./class";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton";

interface Props {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  /** The buttons at the end. */
  readonly actions?: ReactNode;
  readonly size?: "small" | "normal" | "large";
}

/** A dialog is open as long as it is rendered. The browser keeps the focus inside and gives it back. */
export function Dialog({ title, close, children, actions, size = "normal" }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
      // The browser would choose the button that closes it, which stands first.
      const field = element.querySelector<HTMLElement>("input:not([type=checkbox], [type=file]), textarea");
      (field ?? element).focus();
    }
    return () => element?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it already, by the browser.
    <dialog
      ref={dialog}
      className={classes(styles.dialog, styles[size])}
      tabIndex={-1}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div className={styles.content}>
        <header className={styles.header}>
          <h2 id={id}>{title}</h2>
          <IconButton icon={X} label={t("ui.close")} onClick={close} />
        </header>
        <div className={styles.body}>{children}</div>
        {actions && <footer className={styles.actions}>{actions}</footer>}
      </div>
    </dialog>
  );
}

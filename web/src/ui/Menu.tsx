import type { LucideIcon } from "lucide-react";
import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { classes } from "./class";
import styles from "./Menu.module.css";

interface TriggerProps {
  readonly onClick?: () => void;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
  readonly "aria-controls"?: string;
}

interface Props {
  /** The button that opens the menu; it gets its behaviour here. */
  readonly trigger: ReactElement<TriggerProps>;
  readonly label: string;
  readonly children: ReactNode;
}

const CloseMenu = createContext<() => void>(() => {});

/** A button with a menu. Arrows move in it, Escape closes it, and the focus goes back to the button. */
export function Menu({ trigger, label, children }: Props) {
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const id = useId();
  const holder = useRef<HTMLSpanElement>(null);
  const button = () => holder.current?.querySelector<HTMLElement>("button");
  const close = () => {
    setAnchor(null);
    button()?.focus();
  };
  return (
    <span ref={holder} className={styles.holder}>
      {cloneElement(trigger, {
        onClick: () => setAnchor(anchor ? null : (button()?.getBoundingClientRect() ?? null)),
        "aria-haspopup": "menu",
        "aria-expanded": anchor !== null,
        "aria-controls": anchor ? id : undefined,
      })}
      {anchor && (
        <MenuAt at={anchor} id={id} label={label} close={close} dismiss={() => setAnchor(null)}>
          {children}
        </MenuAt>
      )}
    </span>
  );
}

interface AtProps {
  /** The part of the screen beside which the menu opens. */
  readonly at: DOMRect;
  readonly label: string;
  readonly id?: string;
  /** After a choice or Escape. */
  readonly close: () => void;
  /** After a click elsewhere, which moves the focus by itself. */
  readonly dismiss?: () => void;
  readonly children: ReactNode;
}

/** An open menu, for instance where the pointer was pressed. */
export function MenuAt({ at, label, id, close, dismiss = close, children }: AtProps) {
  const menu = useRef<HTMLDivElement>(null);
  const dismissed = useRef(dismiss);
  dismissed.current = dismiss;

  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    place(element, at);
    element.querySelector<HTMLElement>("[role^=menuitem]")?.focus({ preventScroll: true });
  }, [at]);

  useEffect(() => {
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) dismissed.current();
    };
    const later = setTimeout(() => document.addEventListener("pointerdown", outside, true));
    window.addEventListener("resize", outside);
    return () => {
      clearTimeout(later);
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", outside);
    };
  }, []);

  return (
    <div
      ref={menu}
      id={id}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      popover="manual"
      className={styles.menu}
      onKeyDown={(event) => move(event, close)}
    >
      <CloseMenu value={close}>{children}</CloseMenu>
    </div>
  );
}

/** Below the anchor and aligned with it where there is room, and inside the window in any case. */
function place(element: HTMLElement, at: DOMRect): void {
  const gap = 4;
  const edge = 8;
  const { offsetWidth: width, offsetHeight: height } = element;
  const isRtl = getComputedStyle(element).direction === "rtl";
  const fitsBelow = at.bottom + gap + height <= innerHeight - edge;
  const top = fitsBelow ? at.bottom + gap : Math.max(edge, at.top - gap - height);
  const prefersEnd = isRtl ? at.left < innerWidth / 2 : at.left > innerWidth / 2;
  const left = prefersEnd !== isRtl ? at.right - width : at.left;
  element.style.top = `${Math.min(top, Math.max(edge, innerHeight - edge - height))}px`;
  element.style.left = `${Math.min(Math.max(edge, left), innerWidth - edge - width)}px`;
}

function move(event: KeyboardEvent<HTMLElement>, close: () => void): void {
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
    return;
  }
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)")];
  const index = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1 + items.length,
    Home: 0,
    End: items.length - 1,
  };
  const next = steps[event.key];
  if (next === undefined || items.length === 0) return;
  event.preventDefault();
  items[next % items.length]?.focus();
}

interface ItemProps {
  readonly icon?: LucideIcon;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** For one of several choices. */
  readonly checked?: boolean;
  /** For an item that is only a sign. */
  readonly label?: string;
  readonly choose: () => void;
  readonly children?: ReactNode;
}

export function MenuItem({ icon: Icon, danger, disabled, checked, label, choose, children }: ItemProps) {
  const close = useContext(CloseMenu);
  return (
    <button
      type="button"
      {...(checked === undefined ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": checked })}
      disabled={disabled}
      aria-label={label}
      title={label}
      tabIndex={-1}
      className={classes(styles.item, danger && styles.danger, checked && styles.checked)}
      onClick={() => {
        close();
        choose();
      }}
    >
      {Icon && <Icon size={18} strokeWidth={1.9} aria-hidden />}
      {children}
    </button>
  );
}

export function MenuLine() {
  return <hr className={styles.line} />;
}

import { find } from "linkifyjs";
import { createElement, Fragment, memo, type ReactNode } from "react";
import type { Body } from "@/matrix/message";
import styles from "./RichText.module.css";

type TextOf = Extract<Body, { kind: "text" }>;

/** Text as it was formatted. Elements are made anew, one by one, of those that are known, so nothing else can come in. */
export const RichText = memo(function RichText({ body, senderName }: { body: TextOf; senderName: string }) {
  const isBig = isOnlyEmoji(body);
  return (
    <div className={isBig ? styles.big : body.style === "notice" ? styles.notice : styles.text}>
      {body.style === "emote" && <em>{senderName} </em>}
      {body.html === null ? linked(body.text) : formatted(body.html)}
    </div>
  );
});

/** The elements of the specification (11.2.1.7) that mean something in a message. */
const ELEMENTS: ReadonlySet<string> = new Set(
  "b strong i em u del s code pre blockquote p br ul ol li h1 h2 h3 h4 h5 h6 sup sub span div hr table thead tbody tr th td details summary".split(
    " ",
  ),
);
const EMPTY: ReadonlySet<string> = new Set(["br", "hr"]);
/** With all that is in them. */
const LEFT_OUT: ReadonlySet<string> = new Set(["mx-reply", "script", "style", "template", "iframe", "img"]);
const HEADINGS = /^h[1-6]$/;
const DEPTH_MAX = 32;

function formatted(html: string): ReactNode {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return childrenOf(body, 0);
}

function childrenOf(node: Node, depth: number): ReactNode {
  if (depth > DEPTH_MAX) return null;
  return [...node.childNodes].map((child, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text never move.
    <Fragment key={index}>{elementOf(child, depth)}</Fragment>
  ));
}

function elementOf(node: Node, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return linked(node.textContent ?? "");
  if (!(node instanceof HTMLElement)) return null;
  const name = node.tagName.toLowerCase();
  if (LEFT_OUT.has(name)) return null;
  if (name === "a") return linkOf(node, depth);
  if (!ELEMENTS.has(name)) return childrenOf(node, depth + 1);
  if (EMPTY.has(name)) return createElement(name);
  const start = name === "ol" ? Number.parseInt(node.getAttribute("start") ?? "", 10) : Number.NaN;
  const shown = HEADINGS.test(name) ? "strong" : name;
  return createElement(shown, Number.isNaN(start) ? null : { start }, childrenOf(node, depth + 1));
}

function linkOf(node: HTMLElement, depth: number): ReactNode {
  const address = safeAddress(node.getAttribute("href") ?? "");
  const text = childrenOf(node, depth + 1);
  if (!address) return text;
  const person = /^https:\/\/matrix\.to\/#\/(?:@|%40)/i.test(address);
  if (person) return <span className={styles.mention}>{node.textContent}</span>;
  return <SafeLink href={address}>{node.textContent}</SafeLink>;
}

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:", "geo:"]);

function safeAddress(href: string): string | null {
  try {
    const url = new URL(href);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function SafeLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  );
}

/** Text with its links. */
function linked(text: string): ReactNode {
  const links = find(text).filter((link) => link.type === "url" || link.type === "email");
  if (links.length === 0) return text;
  const parts: ReactNode[] = [];
  let end = 0;
  for (const link of links) {
    const address = safeAddress(link.href);
    if (!address) continue;
    parts.push(text.slice(end, link.start));
    parts.push(
      <SafeLink key={link.start} href={address}>
        {link.value}
      </SafeLink>,
    );
    end = link.end;
  }
  parts.push(text.slice(end));
  return parts;
}

const EMOJI = /^(?:\p{RGI_Emoji}\s*){1,4}$/v;

/** A few emoji and nothing else are shown large. */
export function isOnlyEmoji({ text, html }: TextOf): boolean {
  return html === null && text.length <= 60 && EMOJI.test(text.trim());
}

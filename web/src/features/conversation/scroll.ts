/** Brings a message of the open conversation into sight; `false` where it isn't among those on the page. */
export function scrollToMessage(eventId: string): boolean {
  const row = document.querySelector(`[data-event="${CSS.escape(eventId)}"]`);
  row?.scrollIntoView({ block: "center", behavior: "smooth" });
  return row !== null;
}

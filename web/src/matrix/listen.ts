/** What tells of its events: the SDK's client, for instance. */
interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
}

type Listener = readonly [event: string, listener: (...args: never[]) => void];

/** Listens to several events, and returns how to stop. */
export function listen(source: unknown, listeners: readonly Listener[]): () => void {
  const emitter = source as Emitter;
  for (const [event, listener] of listeners) emitter.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) emitter.off(event, listener);
  };
}

import { type ComponentType, useEffect, useState } from "react";

export type Load<P> = () => Promise<{ readonly default: ComponentType<P> }>;

interface Loaded<P> {
  readonly by: Load<P>;
  readonly component: ComponentType<P>;
}

/**
 * A component that is loaded when it is needed; `null` until it is there, or where nothing is to be loaded. It is drawn as soon as it
 * is there, while React shows the fallback of a `lazy` one for 300 ms however soon it comes.
 */
export function useLoaded<P>(load: Load<P> | null): ComponentType<P> | null {
  const [loaded, setLoaded] = useState<Loaded<P> | null>(null);
  useEffect(() => {
    if (!load) return;
    let isOver = false;
    const show = (next: () => Loaded<P>) => !isOver && setLoaded(next);
    load().then(
      ({ default: component }) => show(() => ({ by: load, component })),
      (error: unknown) =>
        show(() => {
          throw error;
        }),
    );
    return () => {
      isOver = true;
    };
  }, [load]);
  return loaded && loaded.by === load ? loaded.component : null;
}

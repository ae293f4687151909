import { useSyncExternalStore } from "react";

/** Something that changes over time and can be looked at. The value is replaced and never mutated. */
export interface Observable<T> {
  readonly get: () => T;
  readonly subscribe: (changed: () => void) => () => void;
}

/** An observable that whoever holds it sets. */
export class Cell<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly set = (value: T): void => {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  };

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** Runs work once however often it is asked for before the next frame, so that a burst of news is drawn once. */
export function onceSoon(work: () => void, delayMs = 16): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      work();
    }, delayMs);
  };
}

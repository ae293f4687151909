import { IndexedDBStoreWorker } from "matrix-js-sdk/lib/indexeddb-worker";

/** Writes what the sync brought to the device, beside the page, which is not to stand still meanwhile. */
const store = new IndexedDBStoreWorker(self.postMessage.bind(self) as never);
self.onmessage = store.onMessage as never;

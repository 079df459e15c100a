// The little of a dedicated worker's scope that the tests need.
import { existsSync, readFileSync } from 'node:fs';

import { pathOf } from './suite.mjs';

export function installScope(file, variant) {
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  const href = `https://web-platform.test/webcodecs/${file}${variant}`;
  const url = new URL(href);
  define('self', globalThis);
  define('location', { href, search: url.search, pathname: url.pathname, origin: url.origin, protocol: 'https:', host: url.host, hash: url.hash, toString: () => href });
  define('isSecureContext', true);
  define('crossOriginIsolated', file.includes('crossOriginIsolated'));
  // What browsers have and Node 20 lacks.
  const { prototype } = ArrayBuffer;
  for (const name of ['transfer', 'transferToFixedLength']) {
    prototype[name] ??= function () {
      return structuredClone(this, { transfer: [this] });
    };
  }
  if (!globalThis.navigator) define('navigator', { userAgent: `Node.js/${process.versions.node}`, platform: 'linux', hardwareConcurrency: 2 });
  class DedicatedWorkerGlobalScope {
    static [Symbol.hasInstance](value) {
      return value === globalThis;
    }
  }
  define('DedicatedWorkerGlobalScope', DedicatedWorkerGlobalScope);
  define('GLOBAL', { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false });
  const events = new EventTarget();
  for (const method of ['addEventListener', 'removeEventListener', 'dispatchEvent']) define(method, events[method].bind(events));
  define('fetch', async (name) => {
    const path = pathOf(String(name));
    return existsSync(path) ? new Response(readFileSync(path)) : new Response(null, { status: 404 });
  });
}


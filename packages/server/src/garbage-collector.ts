import { setFlagsFromString } from 'node:v8';

/**
 * To be called before the first request. V8 watches which objects live long and then makes the same kind
 * in the old generation at once. A burst of management calls, each waiting for its commit, teaches it
 * that requests do; from then on every verification's request is made there, is garbage at once, and
 * holds whatever it points to until the next full collection. Measured: scavenges of 13 ms in place of
 * 0.3 ms, and 10 µs more for each verification.
 */
export function tuneGarbageCollector(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

import type { Storage } from '@claviger/core';

/** Runs a call under a name: `keys.findSecret`. */
export type InSpan = <Result>(name: string, call: () => Promise<Result>) => Promise<Result>;

/** The same storage, each method of its ports called through `inSpan`. */
export function tracedStorage(storage: Storage, inSpan: InSpan): Storage {
  const ports = Object.entries(storage).map(([name, port]: [string, unknown]) => [
    name,
    typeof port === 'object' && port !== null ? tracedPort(name, port, inSpan) : port,
  ]);
  return Object.fromEntries(ports) as unknown as Storage;
}

function tracedPort(name: string, port: object, inSpan: InSpan): object {
  const traced = new Map<string | symbol, unknown>();
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method, target);
      if (typeof member !== 'function') return member;
      let call = traced.get(method);
      if (call === undefined) {
        // Bound to the port itself, whose private fields a proxy has not.
        const bound = member.bind(target) as (...args: unknown[]) => Promise<unknown>;
        call = (...args: unknown[]) =>
          inSpan(`${name}.${String(method)}`, async () => bound(...args));
        traced.set(method, call);
      }
      return call;
    },
  });
}

import type {
  IdentifiedLeaks,
  leakRulesQuery,
  LeakRules,
  LeaksReported,
  ReportLeaksInput,
} from '@claviger/contract';
import type { Transport } from './transport.ts';

export type LeakRulesOptions = (typeof leakRulesQuery)['_zod']['input'];

/** Keys that were found in public. */
export class LeaksClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reports up to 100 tokens. Takes no key, and the answer tells nothing about them. */
  report(body: ReportLeaksInput): Promise<LeaksReported> {
    return this.#transport.send({ method: 'POST', path: '/v1/leaks', body });
  }

  /** Whose up to 100 tokens are, in their order; null for what the root key cannot see. Does nothing to them. */
  identify(tokens: readonly string[]): Promise<IdentifiedLeaks> {
    return this.#transport.send({ method: 'POST', path: '/v1/leaks/identify', body: { tokens } });
  }

  /** Rules that find the secrets of the APIs, in the format of a scanner. */
  rules(options: LeakRulesOptions = {}): Promise<LeakRules> {
    return this.#transport.send({ method: 'GET', path: '/v1/leaks/rules', query: options });
  }
}

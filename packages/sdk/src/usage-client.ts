import type { Usage, UsageDimension, UsageInterval, VerificationCode } from '@claviger/contract';
import type { Transport } from './transport.ts';

export interface UsageOptions {
  readonly keyId?: string;
  readonly organizationId?: string;
  readonly apiId?: string;
  readonly environment?: string;
  readonly code?: VerificationCode;
  /** ISO 8601. Widened to whole intervals, in UTC. Default: 24 hours, 30 days or 12 months before `to`. */
  readonly from?: string;
  /** Default: now. */
  readonly to?: string;
  /** Default: `hour`. */
  readonly interval?: UsageInterval;
  /** What the rows tell apart. Default: `['code']`; `[]`: a row for each interval. */
  readonly groupBy?: readonly UsageDimension[];
}

/** How often keys were verified, and what was decided. */
export class UsageClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Rows that share no verification, oldest first; where nothing was counted there is none.
   *
   * @example
   * const { data } = await client.usage.query({ organizationId: 'acme', interval: 'day', groupBy: ['code'] });
   */
  query({ groupBy, ...options }: UsageOptions = {}): Promise<Usage> {
    const query = { ...options, groupBy: groupBy?.join(',') };
    return this.#transport.send({ method: 'GET', path: '/v1/usage', query });
  }
}

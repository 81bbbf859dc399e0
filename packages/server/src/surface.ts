import type { Claviger } from '@claviger/core';
import type { Dashboard } from './dashboard.ts';
import type { GithubKeys } from './leaks/github-keys.ts';
import type { Accounts } from './accounts/create-accounts.ts';
import type { LinkLimits } from './accounts/link-limits.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Mailer } from './notices/mailer.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What every part of the HTTP surface works with. */
export interface Surface {
  readonly claviger: Claviger;
  readonly config: Pick<Config, 'publicUrl' | 'trustedProxies' | 'metricsToken'>;
  readonly accounts: Accounts;
  /** Null: this server sends no mail. */
  readonly mailer: Mailer | null;
  readonly linkLimits: LinkLimits;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null: not configured. */
  readonly tracing: Tracing | null;
  /** Null: its pages were not built. */
  readonly dashboard: Dashboard | null;
  /** Null: no reports are taken from GitHub. */
  readonly githubKeys: GithubKeys | null;
  /** True from the moment the server was asked to stop. */
  draining: boolean;
}

/** On every answer: what a proxy or a browser must not keep, guess or frame. */
export const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/** A fault that is ours goes to the log; one of the caller's does not. */
export function logFault(log: Log, error: unknown, status: number, requestId: string): void {
  if (status === 500) log.error({ err: error, requestId }, 'unexpected error');
  else if (status === 503) log.warn({ err: error, requestId }, 'unavailable');
}

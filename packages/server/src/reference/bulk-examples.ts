import type { Effective, KeysTouched, TouchedKey } from '@claviger/contract';

/** Of the operations that change many keys at once. */
export function bulkExamples(touched: TouchedKey, effective: Effective) {
  const foreseen = {
    dryRun: true,
    at: '2026-11-24T16:05:12.000Z',
    matched: 3,
    changed: 1,
    data: [touched],
    truncated: false,
    failed: [],
    lastDay: 1_204,
    nextCursor: null,
    effective: null,
  };
  const done = { ...foreseen, dryRun: false, lastDay: null, effective };
  const revoked: TouchedKey = { ...touched, status: 'revoked' };
  return {
    bulkKeys: {
      dryRun: { ...foreseen, action: 'revoke' },
      done: { ...done, action: 'revoke', data: [revoked] },
    },
    deleteKeys: {
      dryRun: { ...foreseen, action: 'delete' },
      done: { ...done, action: 'delete' },
    },
  } as const satisfies Record<string, Record<string, KeysTouched>>;
}

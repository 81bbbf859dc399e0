import { auditTarget } from '../audit/audit-target.ts';
import { commit, recorded, unchanged, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { applyChange, holdKey } from '../keys/change-key.ts';
import { LEAK_REPORTED } from '../notices/notice-of-event.ts';
import type { LeakReport } from '../ports/committer.ts';
import { systemCaller } from '../root-keys.ts';
import { DAY_MS } from '../times.ts';
import { leakEffect } from './leak-effect.ts';

/** A finding about a secret that was issued here. */
export interface Leak extends LeakReport {
  readonly keyId: string;
  readonly source: string;
  readonly url: string | null;
  readonly note: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/**
 * Does to the key what its API says, and puts it on record, in one commit. A secret that the same reporter
 * reported within the last 24 hours stays as it is. Rejects with `StorageError`.
 */
export async function recordLeak(context: Context, leak: Leak): Promise<void> {
  const { keyId, secretId, ip, requestId } = leak;
  const caller = { ...systemCaller('leak-report'), ip, requestId };
  try {
    await commit(context, async (tx) => {
      const nowMs = context.clock.now();
      const held = await holdKey(tx, caller, keyId, nowMs);
      const secret = held.found.secrets.find(({ id }) => id === secretId);
      if (
        secret === undefined ||
        !(await tx.noteLeak({ secretId, reporter: leak.reporter }, nowMs, nowMs - DAY_MS))
      ) {
        return unchanged({});
      }
      const effect = leakEffect(held, secret, leak.source);
      if (effect.secret !== undefined) await tx.updateSecret(effect.secret);
      const done =
        effect.change === null ? unchanged({}) : await applyChange(held, caller, effect.change);
      const { reporter, source, url, note } = leak;
      const report = recorded(
        caller,
        nowMs,
        {
          action: LEAK_REPORTED,
          target: auditTarget.key(held.key),
          before: null,
          after: {
            action: effect.action,
            reporter,
            source,
            url,
            note,
            secretId,
            hint: secret.hint,
            ip,
          },
        },
        {},
      );
      return { ...report, events: [...report.events, ...done.events], changes: done.changes };
    });
  } catch (error) {
    // Deleted since it was found, which is the best that could happen to it.
    if (error instanceof RefusedError && error.code === 'KEY_NOT_FOUND') return;
    throw error;
  }
}

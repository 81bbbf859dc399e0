import type { Storage } from '../../src/ports/storage.ts';
import { describeAccountStore } from './account-store.ts';
import { describeAuditLog } from './audit-log.ts';
import { describeAuditLists } from './audit-lists.ts';
import { describeChangeFeed } from './change-feed.ts';
import { describeCommitter } from './committer.ts';
import { describeCreditStore } from './credit-store.ts';
import { describeIdempotentAnswers } from './idempotent-answers.ts';
import { describeInsightStore } from './insight-store.ts';
import { describeKeyLists } from './key-lists.ts';
import { describeKeyListsByModel } from './key-lists-by-model.ts';
import { describeKeyStore } from './key-store.ts';
import { describeLeakReports } from './leak-reports.ts';
import { describeLogStore } from './log-store.ts';
import { describeNoticeStore } from './notice-store.ts';
import { describePepperRegister } from './pepper-register.ts';
import { describeRateLimitStates } from './rate-limit-states.ts';
import { describeResourceStore } from './resource-store.ts';
import { describeTransaction } from './transaction.ts';
import { describeUsageStore } from './usage-store.ts';
import { describeWebhookStore } from './webhook-store.ts';

/** Opens a storage that is empty and nobody else's. */
export type OpenStorage = () => Promise<Storage>;

/** What every adapter of the storage ports must pass. */
export function describeStorage(open: OpenStorage): void {
  // As a server has it: the feed's head is read on the connection that holds the lock.
  const openHeld: OpenStorage = async () => {
    const storage = await open();
    await storage.lock.acquire();
    return storage;
  };
  describeAccountStore(openHeld);
  describeKeyStore(openHeld);
  describeKeyLists(openHeld);
  describeKeyListsByModel(openHeld);
  describeTransaction(openHeld);
  describeResourceStore(openHeld);
  describeCommitter(openHeld);
  describeChangeFeed(openHeld);
  describeUsageStore(openHeld);
  describeInsightStore(openHeld);
  describeLogStore(openHeld);
  describeCreditStore(openHeld);
  describeRateLimitStates(openHeld);
  describeAuditLog(openHeld);
  describeAuditLists(openHeld);
  describeIdempotentAnswers(openHeld);
  describeLeakReports(openHeld);
  describePepperRegister(openHeld);
  describeWebhookStore(openHeld);
  describeNoticeStore(openHeld);
}

import { insightKinds, type Insight, type InsightKind } from '@claviger/contract';
import type { ExaminedKey, Rule } from './examined-key.ts';
import { expiringKey } from './rules/expiring-key.ts';
import { newNetwork } from './rules/new-network.ts';
import { oldSecretInUse } from './rules/old-secret-in-use.ts';
import { secretInBrowser } from './rules/secret-in-browser.ts';
import { unusedKey } from './rules/unused-key.ts';
import { unusedPermission } from './rules/unused-permission.ts';
import { vagueName } from './rules/vague-name.ts';

type KeyInsightKind = Exclude<InsightKind, 'PROBING'>;

const rules: Readonly<Record<KeyInsightKind, Rule>> = {
  SECRET_IN_BROWSER: secretInBrowser,
  NEW_NETWORK: newNetwork,
  OLD_SECRET_IN_USE: oldSecretInUse,
  EXPIRING_KEY: expiringKey,
  UNUSED_KEY: unusedKey,
  UNUSED_PERMISSION: unusedPermission,
  VAGUE_NAME: vagueName,
};

const kinds = insightKinds.filter((kind) => kind !== 'PROBING');

/** What is to be found about one key, in the order of the kinds. `only`: of one kind. Pure. */
export function examineKey(examined: ExaminedKey, only?: InsightKind): Insight[] {
  return kinds
    .filter((kind) => only === undefined || kind === only)
    .map((kind) => rules[kind](examined))
    .filter((finding) => finding !== null);
}

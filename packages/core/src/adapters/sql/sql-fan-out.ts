import { deliveriesOf } from '../../notices/fan-out.ts';
import type { NewNotice } from '../../ports/notice-store.ts';
import { batchesOf } from './batches.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import type { SqlTransactionHandle } from './tables.ts';
import { rowOfDelivery, rowOfNotice, webhookOfRow } from './webhook-rows.ts';

/** Stores the notices that somebody takes, each with its deliveries, and those reminders that are the first of theirs. */
export async function publish(
  tx: SqlTransactionHandle,
  flavor: SqlFlavor,
  notices: readonly NewNotice[],
): Promise<void> {
  const due = await withoutGiven(tx, notices);
  if (due.length === 0) return;
  const deliveries = deliveriesOf(due, await webhooksAbout(tx, flavor, due));
  const taken = new Set(deliveries.map(({ noticeId }) => noticeId));
  for (const rows of batchesOf(due.filter(({ id }) => taken.has(id)).map(rowOfNotice))) {
    await tx.insertInto('notices').values(rows).execute();
  }
  for (const rows of batchesOf(deliveries.map(rowOfDelivery))) {
    await tx.insertInto('deliveries').values(rows).execute();
  }
}

/** The insert of a reminder decides: of several nodes, one succeeds. In the order of their ids, against deadlocks. */
async function withoutGiven(
  tx: SqlTransactionHandle,
  notices: readonly NewNotice[],
): Promise<NewNotice[]> {
  const rows = notices
    .flatMap(({ reminder }) => reminder ?? [])
    .map(({ id, expiresAt }) => ({ id, expires_at: expiresAt }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const first = new Set<string>();
  for (const batch of batchesOf(rows)) {
    const written = await tx
      .insertInto('reminders')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    for (const { id } of written) first.add(id);
  }
  // Once each: the same reminder may have been asked for twice.
  return notices.filter(({ reminder }) => reminder === undefined || first.delete(reminder.id));
}

/** Held against deletion until the deliveries are written. */
async function webhooksAbout(
  tx: SqlTransactionHandle,
  { locksRows }: SqlFlavor,
  notices: readonly NewNotice[],
) {
  const organizations = [...new Set(notices.map(({ place }) => place.organizationId))];
  let query = tx
    .selectFrom('webhooks')
    .selectAll()
    .where('enabled', '=', 1)
    .where((e) =>
      e.or([e('organization_id', 'is', null), e('organization_id', 'in', organizations)]),
    );
  if (locksRows) query = query.forKeyShare();
  return (await query.execute()).map(webhookOfRow);
}

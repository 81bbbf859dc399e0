import { setTimeout as delay } from 'node:timers/promises';
import type { ClavigerClient, Delivery } from '@claviger/sdk';
import { Failure } from '../../failure.ts';
import { note, print } from '../../output.ts';
import { deliverySentence } from '../../text/webhook-text.ts';

/** Longer than one attempt usually takes. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 250;

/**
 * Waits for the next attempt and prints how it went. Throws `Failure` when it failed; one that is still under way after
 * a while is no failure.
 */
export async function printSent(
  client: ClavigerClient,
  queued: Delivery,
  json: boolean | undefined,
): Promise<void> {
  const sent = await attempted(client, queued);
  const isTried = sent.attempts.length > 0 && !isSame(sent, queued);
  await print(json, { delivery: sent }, () => deliverySentence(sent));
  if (!isTried) note('It is not sent yet; look again with: claviger webhooks deliveries');
  else if (sent.status !== 'delivered') throw new Failure('The notice was not taken.');
}

async function attempted(client: ClavigerClient, queued: Delivery): Promise<Delivery> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const now = await client.webhooks.delivery(queued.webhookId, queued.id);
    if (!isSame(now, queued) || performance.now() > until) return now;
    await delay(PAUSE_MS);
  }
}

/** Nothing was tried since: the last attempts of many are all that is kept, so their number may stand still. */
const isSame = (now: Delivery, then: Delivery): boolean =>
  now.status === 'pending' &&
  now.attempts.length === then.attempts.length &&
  now.attempts.at(-1)?.at === then.attempts.at(-1)?.at;

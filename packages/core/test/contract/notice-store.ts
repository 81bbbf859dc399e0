import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newDelivery } from '../../src/notices/fan-out.ts';
import type { ListDeliveriesQuery, NewNotice, Settlement } from '../../src/ports/notice-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import type { WebhookRecord } from '../../src/ports/webhook-store.ts';
import { aKey, anOrganization, aNotice, aSecret, aWebhook, NOW } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

const CLAIM_MS = 60_000;

export function describeNoticeStore(open: () => Promise<Storage>): void {
  describe('notices', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      const organizations = ['acme', 'umbrella'].map((id) => anOrganization({ id }));
      await seed(storage, { organizations });
    });
    afterEach(() => storage.close());

    describeFollowing(() => storage);
    describeExpiries(() => storage);
    describeDeliveries(() => storage);
  });
}

const putAll = (storage: Storage, ...webhooks: readonly WebhookRecord[]) =>
  write(storage, async (tx) => {
    for (const webhook of webhooks) await tx.putWebhook(webhook);
  });

function deliveriesIn(
  storage: Storage,
  query: Partial<ListDeliveriesQuery> & { webhookId: string },
) {
  const all = { status: null, type: null, after: null, limit: 50, ...query };
  return storage.notices.listDeliveries(all);
}

function describeFollowing(storage: () => Storage): void {
  const noticesOf = async ({ id }: WebhookRecord) =>
    (await deliveriesIn(storage(), { webhookId: id })).map(({ noticeId }) => noticeId);

  test('the position moves with the notices, for the first who moves it alone', async () => {
    const { notices } = storage();
    const webhook = aWebhook();
    await putAll(storage(), webhook);
    expect(await notices.positions()).toEqual({ auditSequence: 0, lookedUntil: null });
    const first = aNotice();
    expect(await notices.follow(0, 3, [first])).toBe(true);
    expect(await notices.follow(0, 3, [aNotice()])).toBe(false);
    expect(await notices.follow(3, 5, [])).toBe(true);

    expect(await noticesOf(webhook)).toEqual([first.id]);
    await notices.setLookedUntil(NOW);
    await notices.setLookedUntil(NOW - 5);
    expect(await notices.positions()).toEqual({ auditSequence: 5, lookedUntil: NOW - 5 });
  });

  test('of several who follow at once, one moves it', async () => {
    const { notices } = storage();
    const webhook = aWebhook();
    await putAll(storage(), webhook);
    const all = await Promise.all([1, 2, 3, 4].map(() => notices.follow(0, 1, [aNotice()])));
    expect(all.filter((moved) => moved)).toHaveLength(1);
    expect(await noticesOf(webhook)).toHaveLength(1);
  });

  test('a notice goes to the webhooks that are on, take its type, cover its place and were there', async () => {
    const place = { apiId: 'interact', organizationId: 'acme', environment: 'production' };
    const taking = [aWebhook(), aWebhook(place), aWebhook({ events: ['key.created'] })];
    const others = [
      aWebhook({ enabled: false }),
      aWebhook({ events: ['key.revoked', 'key.leaked'] }),
      aWebhook({ organizationId: 'umbrella' }),
      aWebhook({ environment: 'staging' }),
      aWebhook({ auditSequence: 4 }),
    ];
    await putAll(storage(), ...taking, ...others);
    const notice = aNotice({ sequence: 4 });
    await storage().notices.follow(0, 4, [notice]);

    for (const webhook of taking) expect(await noticesOf(webhook)).toEqual([notice.id]);
    for (const webhook of others) expect(await noticesOf(webhook)).toEqual([]);
  });

  test('of all notices with one reminder the first is taken, also by those who come at once', async () => {
    const { notices } = storage();
    const webhook = aWebhook();
    await putAll(storage(), webhook);
    const reminder = (id: string): NewNotice => aNotice({ reminder: { id, expiresAt: NOW } });
    await Promise.all([1, 2, 3].map(() => notices.remind([reminder('b'), reminder('a')])));
    await notices.remind([reminder('a'), reminder('c'), reminder('c')]);
    await notices.follow(0, 1, [reminder('b')]);
    expect(await noticesOf(webhook)).toHaveLength(3);

    expect(await notices.deleteReminders(NOW - 1, 10)).toBe(0);
    expect(await notices.deleteReminders(NOW, 2)).toBe(2);
    expect(await notices.deleteReminders(NOW, 2)).toBe(1);
  });

  test('a reminder that nobody takes is given all the same', async () => {
    const { notices } = storage();
    const notice = aNotice({ reminder: { id: 'r', expiresAt: NOW } });
    await notices.remind([notice]);
    const webhook = aWebhook();
    await putAll(storage(), webhook);
    await notices.remind([aNotice({ reminder: { id: 'r', expiresAt: NOW } })]);
    expect(await noticesOf(webhook)).toEqual([]);
  });
}

function describeExpiries(storage: () => Storage): void {
  test('keys that expire in a span are found in order, a page at a time, those that are on', async () => {
    const keys = [3, 1, 2, 2].map((ms) => aKey({ expiresAt: NOW + ms }));
    const [third, first, ...second] = keys.map(({ id }) => id);
    const off = [aKey({ expiresAt: NOW + 1, state: 'disabled' }), aKey({ expiresAt: NOW }), aKey()];
    await seed(storage(), { keys: [...keys, ...off] });
    const span = { from: NOW, to: NOW + 3, after: null, limit: 3 };
    const page = await storage().notices.keysExpiring(span);

    expect(page.map(({ id }) => id)).toEqual([first, ...second.toSorted()]);
    expect(page[0]).toMatchObject({
      expiresAt: NOW + 1,
      found: { key: { id: first }, secrets: [] },
    });
    const { id, expiresAt: value } = page[2]!;
    const rest = await storage().notices.keysExpiring({ ...span, after: { value, id } });
    expect(rest.map((each) => each.id)).toEqual([third]);
  });

  test('secrets that expire in a span come with their keys and when they were used', async () => {
    const key = aKey();
    const off = aKey({ state: 'revoked' });
    const ending = aSecret({ keyId: key.id, expiresAt: NOW + 5 });
    const secrets = [
      ending,
      aSecret({ keyId: key.id }),
      aSecret({ keyId: key.id, expiresAt: NOW + 5, endedAt: NOW }),
      aSecret({ keyId: off.id, expiresAt: NOW + 5 }),
    ];
    await seed(storage(), { keys: [key, off], secrets });
    await recordUsage(storage(), { secrets: [{ id: ending.id, at: NOW + 1 }] });
    const span = { from: NOW + 4, to: NOW + 5, after: null, limit: 10 };
    const [found, ...more] = await storage().notices.secretsExpiring(span);

    expect(more).toEqual([]);
    expect(found).toMatchObject({ id: ending.id, expiresAt: NOW + 5, found: { key } });
    expect(found!.found.secretLastUsedAt.get(ending.id)).toBe(NOW + 1);
    expect(await storage().notices.secretsExpiring({ ...span, from: NOW + 5 })).toEqual([]);
  });
}

function describeDeliveries(storage: () => Storage): void {
  const claim = (nowMs = NOW, limit = 8) => storage().notices.claim(nowMs, nowMs + CLAIM_MS, limit);
  const attempt = (at = NOW, error: string | null = null) => {
    return { at, status: 200, error, durationMs: 3, response: 'ok' };
  };
  const again = (at: number): Settlement => {
    return { status: 'pending', attempt: attempt(NOW, 'no'), nextAttemptAt: at };
  };
  const sent: Settlement = { status: 'delivered', attempt: attempt(), nextAttemptAt: null };
  const put = async (webhook: WebhookRecord, ...times: readonly number[]) => {
    await putAll(storage(), webhook);
    for (const createdAt of times) {
      const notice = aNotice({ createdAt });
      await storage().notices.sendTo(notice, newDelivery(notice, webhook.id));
    }
  };

  test('one due delivery of each webhook is claimed at a time, the longest due first', async () => {
    const [a, b, off] = [aWebhook(), aWebhook(), aWebhook({ enabled: false })];
    await put(a, NOW - 1, NOW - 3, NOW + 1);
    await put(b, NOW - 2);
    await put(off, NOW - 9);
    const claimed = await claim();
    expect(claimed.map(({ webhook, notice }) => [webhook.id, notice.createdAt])).toEqual([
      [a.id, NOW - 3],
      [b.id, NOW - 2],
    ]);
    expect(claimed[0]).toMatchObject({
      delivery: { status: 'pending', tries: 0, attempts: [], nextAttemptAt: NOW - 3 },
      claimedUntil: NOW + CLAIM_MS,
      notice: { body: '{"type":"key.created"}' },
    });
    expect(await claim()).toEqual([]);
    await storage().notices.settle(claimed[0]!, sent);
    expect((await claim()).map(({ notice }) => notice.createdAt)).toEqual([NOW - 1]);
  });

  test('of several who claim at once, each delivery goes to one', async () => {
    const webhooks = [1, 2, 3, 4, 5].map(() => aWebhook());
    for (const webhook of webhooks) await put(webhook, NOW);
    const all = (await Promise.all([1, 2, 3].map(() => claim()))).flat();
    const ids = all.map(({ delivery }) => delivery.id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await claim();
    expect(all.length + rest.length).toBe(webhooks.length);
  });

  test('a claim lapses, is given back, and is void when the clock was set back behind it', async () => {
    await put(aWebhook(), NOW - CLAIM_MS * 9);
    const [first] = await claim();
    expect(await claim(NOW + CLAIM_MS - 1)).toEqual([]);
    const [second] = await claim(NOW + CLAIM_MS);
    expect(second!.delivery.id).toBe(first!.delivery.id);
    await storage().notices.settle(first!, sent);
    expect((await deliveriesIn(storage(), first!.delivery))[0]!.status).toBe('pending');
    await storage().notices.release(first!);
    expect(await claim(NOW + CLAIM_MS)).toEqual([]);
    await storage().notices.release(second!);
    const [third] = await claim(NOW + CLAIM_MS);
    expect(third!.delivery.id).toBe(first!.delivery.id);
    expect(await claim(NOW - CLAIM_MS)).toHaveLength(1);
  });

  test('a claim of a node whose clock is a little ahead holds', async () => {
    await put(aWebhook(), NOW - 5);
    expect(await claim(NOW + CLAIM_MS - 1)).toHaveLength(1);
    expect(await claim(NOW)).toEqual([]);
  });

  test('what came of it is kept, and the webhook knows since when it fails', async () => {
    const webhook = aWebhook();
    await put(webhook, NOW);
    const failingSince = async () => (await storage().webhooks.get(webhook.id))?.failingSince;
    for (let tries = 0; tries < 25; tries++) {
      const [claimed] = await claim(NOW + tries);
      expect(claimed!.delivery.tries).toBe(tries);
      const failed = { ...again(NOW + tries + 1), attempt: attempt(NOW + tries, 'no') };
      await storage().notices.settle(claimed!, failed);
    }
    expect(await failingSince()).toBe(NOW);
    const [delivery] = await deliveriesIn(storage(), { webhookId: webhook.id });
    expect(delivery!.attempts.map(({ at }) => at - NOW)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 5),
    );
    expect(await storage().notices.backlog()).toEqual({ pending: 1, dueSince: NOW + 25 });

    const [claimed] = await claim(NOW + 25);
    await storage().notices.settle(claimed!, sent);
    expect(await failingSince()).toBeNull();
    expect(await storage().notices.backlog()).toEqual({ pending: 0, dueSince: null });
    expect(await claim(NOW + 99)).toEqual([]);
    await storage().notices.sendAgain(delivery!.id, NOW + 50);
    const [anew] = await claim(NOW + 50);
    expect(anew!.delivery).toMatchObject({ id: delivery!.id, tries: 0, status: 'pending' });
  });

  test('they are read by webhook, and listed newest first by status and type', async () => {
    const [a, b] = [aWebhook(), aWebhook()];
    await put(a, NOW, NOW + 1, NOW + 2);
    await put(b, NOW);
    const [claimed] = await claim(NOW, 1);
    await storage().notices.settle(claimed!, sent);
    const { id, webhookId } = claimed!.delivery;
    const other = webhookId === a.id ? b : a;
    expect(await storage().notices.getDelivery(webhookId, id)).toMatchObject({ id, tries: 1 });
    expect(await storage().notices.getDelivery(other.id, id)).toBeNull();

    const times = async (query: Partial<ListDeliveriesQuery>) =>
      (await deliveriesIn(storage(), { webhookId: a.id, ...query })).map(
        ({ createdAt }) => createdAt - NOW,
      );
    expect(await times({})).toEqual([2, 1, 0]);
    expect(await times({ limit: 2 })).toEqual([2, 1]);
    const [newest] = await deliveriesIn(storage(), { webhookId: a.id });
    expect(await times({ after: { value: NOW + 2, id: newest!.id } })).toEqual([1, 0]);
    expect(await times({ status: 'failed' })).toEqual([]);
    expect(await times({ type: 'key.leaked' })).toEqual([]);
  });

  test('old ones are deleted with their notices, and all of a webhook with it', async () => {
    const [a, b] = [aWebhook(), aWebhook()];
    await put(a, NOW, NOW + 1, NOW + 2, NOW + 3);
    await put(b, NOW + 9);
    const { notices } = storage();
    expect(await notices.deleteOld(NOW + 2, 2)).toBe(2);
    expect(await deliveriesIn(storage(), { webhookId: a.id })).toHaveLength(2);
    expect(await notices.deleteOld(NOW + 2, 2)).toBe(1);
    expect(await notices.deleteOld(NOW + 2, 2)).toBe(0);
    await write(storage(), (tx) => tx.deleteWebhook(a.id));
    expect(await deliveriesIn(storage(), { webhookId: a.id })).toEqual([]);
    expect(await deliveriesIn(storage(), { webhookId: b.id })).toHaveLength(1);
  });
}

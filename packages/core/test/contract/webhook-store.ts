import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';
import type { ListWebhooksQuery, WebhookRecord } from '../../src/ports/webhook-store.ts';
import { anApi, anEvent, anOrganization, aWebhook, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

export function describeWebhookStore(open: () => Promise<Storage>): void {
  describe('webhooks', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      const organizations = ['acme', 'umbrella'].map((id) => anOrganization({ id }));
      await seed(storage, { organizations });
    });
    afterEach(() => storage.close());

    const put = (...webhooks: readonly WebhookRecord[]) =>
      write(storage, async (tx) => {
        for (const webhook of webhooks) await tx.putWebhook(webhook);
      });
    const ids = async (query: Partial<ListWebhooksQuery> = {}) => {
      const anywhere = { apiIds: null, organizationIds: null, environments: null };
      const all = { ...anywhere, after: null, limit: 10, ...query };
      return (await storage.webhooks.list(all)).map(({ id }) => id);
    };

    test('one reads back as it was written, and is replaced by the next with its id', async () => {
      const webhook = aWebhook({
        apiId: 'interact',
        organizationId: 'acme',
        environment: 'production',
        description: 'On call',
        events: ['key.leaked', 'key.expiring'],
        oldSecret: { sealed: 'old', pepperVersion: 2, expiresAt: NOW + 5 },
        failingSince: NOW,
        auditSequence: 7,
      });
      const bare = aWebhook({ url: 'mailto:ops@example.com', secret: null });
      await put(webhook, bare);
      expect(await storage.webhooks.get(webhook.id)).toEqual(webhook);
      expect(await storage.webhooks.get(bare.id)).toEqual(bare);

      const off = { ...webhook, enabled: false, disabledReason: 'gone', updatedAt: NOW + 1 };
      await put(off);
      expect(await storage.webhooks.get(webhook.id)).toEqual(off);
      expect(await write(storage, (tx) => tx.lockWebhook(webhook.id))).toEqual(off);
      await write(storage, (tx) => tx.deleteWebhook(webhook.id));
      expect(await storage.webhooks.get(webhook.id)).toBeNull();
      expect(await write(storage, (tx) => tx.lockWebhook(webhook.id))).toBeNull();
    });

    test('they are listed newest first, and a restriction leaves out what reaches further', async () => {
      const wide = aWebhook({ createdAt: NOW + 1 });
      const acme = aWebhook({ organizationId: 'acme', createdAt: NOW + 2 });
      const both = aWebhook({ organizationId: 'acme', apiId: 'interact', createdAt: NOW + 3 });
      const staging = aWebhook({ environment: 'staging', createdAt: NOW + 4 });
      await put(wide, acme, both, staging);

      expect(await ids()).toEqual([staging.id, both.id, acme.id, wide.id]);
      expect(await ids({ after: { value: NOW + 3, id: both.id }, limit: 1 })).toEqual([acme.id]);
      expect(await ids({ organizationIds: ['acme', 'umbrella'] })).toEqual([both.id, acme.id]);
      expect(await ids({ organizationIds: ['acme'], apiIds: ['interact'] })).toEqual([both.id]);
      expect(await ids({ environments: ['staging'] })).toEqual([staging.id]);
      expect(await ids({ apiIds: [] })).toEqual([]);
    });

    test('they are counted by organization, and go with their organization and API', async () => {
      const own = aWebhook({ organizationId: 'acme' });
      const ofApi = aWebhook({ apiId: 'interact' });
      await put(own, ofApi, aWebhook());
      const counts = await write(storage, async (tx) => [
        await tx.countWebhooks('acme'),
        await tx.countWebhooks('umbrella'),
        await tx.countWebhooks(null),
      ]);
      expect(counts).toEqual([1, 0, 2]);
      await write(storage, (tx) => tx.deleteOrganization('acme'));
      expect(await storage.webhooks.get(own.id)).toBeNull();
      await write(storage, (tx) => tx.deleteApi('interact'));
      expect(await storage.webhooks.get(ofApi.id)).toBeNull();
      await expect(put(aWebhook({ organizationId: 'acme' }))).rejects.toThrow();
      await write(storage, (tx) => tx.putApi(anApi()));
    });

    test('a transaction knows where the audit log ended before it', async () => {
      const sequence = () => write(storage, (tx) => tx.auditSequence());
      expect(await sequence()).toBe(0);
      const events = [anEvent(), anEvent()];
      await storage.committer.commit(async () => ({ result: null, events, changes: [] }));
      expect(await sequence()).toBe(2);
    });

    test('a pepper is in use as long as a signing secret is stored under it', async () => {
      const webhook = aWebhook({ secret: { sealed: 's', pepperVersion: 3 } });
      await put(webhook);
      expect(await storage.peppers.isInUse(3)).toBe(true);
      await write(storage, (tx) => tx.deleteWebhook(webhook.id));
      expect(await storage.peppers.isInUse(3)).toBe(false);
    });
  });
}

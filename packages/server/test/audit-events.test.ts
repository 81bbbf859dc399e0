import { auditEvent, type AuditEvent } from '@claviger/contract';
import { CHAIN_START, firstBrokenLink } from '@claviger/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOfPresented } from '../../core/src/audit/present-event.ts';
import { auditEvents, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type CallOptions, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('the audit log on %s', (database) => {
  let server: TestServer;
  /** A key of globex in KeyManager, and a root key bound to globex. */
  let licenceKey: string;
  let boundKey: { readonly id: string; readonly secret: string };

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'keymanager');
    await server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex' } });
    const path = '/v1/organizations/globex/resources/customer/cus_1';
    await expectStatus(200, server.call('PUT', path, { body: { name: 'Globex Corp.' } }));
    await createTestKey(server);
    await server.advance(60_000);
    const fields = { apiId: 'keymanager', organizationId: 'globex', environment: 'staging' };
    licenceKey = (await createTestKey(server, { ...fields, permissions: ['customer_read'] })).key
      .id;
    await server.advance(60_000);
    const created = await createRootKey(server, {
      preset: 'full-access',
      resources: { organization: ['globex'] },
    });
    boundKey = { id: created.key.id, secret: created.secret };
    const headers = { 'x-request-id': 'Suspending-1' };
    const body = { suspended: true };
    await expectStatus(
      200,
      server.call('PATCH', '/v1/organizations/globex', { body, headers, key: boundKey.secret }),
    );
    await server.call('PATCH', '/v1/organizations/globex', { body: { suspended: false } });
  });
  afterAll(() => server.stop());

  const list = async (query = '', options: CallOptions = {}): Promise<AuditEvent[]> =>
    (await expectStatus(200, server.call('GET', `/v1/audit-events?${query}`, options))).body.data;
  const actions = async (query: string, options: CallOptions = {}) =>
    (await list(query, options)).map(({ action }) => action);
  const exported = async (query = '', options: CallOptions = {}) =>
    (await expectStatus(200, server.call('GET', `/v1/audit-events/export?${query}`, options))).text;
  const lines = (text: string): AuditEvent[] =>
    text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as AuditEvent);

  test('lists every event as the contract has it, newest first, over pages', async () => {
    const all = await auditEvents(server);
    const seen: AuditEvent[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await expectStatus(
        200,
        server.call('GET', `/v1/audit-events?limit=4${more}`),
      );
      seen.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.map((event) => auditEvent.parse(event))).toEqual(seen);
    expect(seen.map(eventOfPresented)).toEqual(all.toReversed());
  });

  test('shows one event, and says what to do about one that is not there', async () => {
    const [event] = await list('action=organization.suspended');
    const path = `/v1/audit-events/${event!.id}`;
    expect((await expectStatus(200, server.call('GET', path))).body).toEqual(event);
    expect(event).toMatchObject({
      actor: { type: 'rootKey', id: boundKey.id },
      target: { type: 'organization', id: 'globex', organizationId: 'globex' },
      before: { suspended: false },
      after: { suspended: true },
      ip: '127.0.0.1',
      requestId: 'Suspending-1',
    });
    for (const id of ['evt_0000000000000000000000', 'evt_1', 'nonsense']) {
      const answer = await server.call('GET', `/v1/audit-events/${id}`);
      expectProblem(answer, 'AUDIT_EVENT_NOT_FOUND');
    }
  });

  describe('filters by', () => {
    test.each<[string, () => string, readonly string[]]>([
      ['action', () => 'action=organization.suspended', ['organization.suspended']],
      ['the beginning of an action', () => 'action=resource.', ['resource.created']],
      ['who did it', () => `actorId=${boundKey.id}`, ['organization.suspended']],
      [
        'the kind of who did it',
        () => 'actorType=system',
        ['key.created', 'organization.built_in', 'api.built_in'],
      ],
      ['key', () => `keyId=${licenceKey}`, ['key.created']],
      ['target', () => 'targetType=api&targetId=interact', ['api.created']],
      ['API', () => 'apiId=interact', ['key.created', 'api.created']],
      [
        'organization',
        () => 'organizationId=globex&action=organization.',
        ['organization.resumed', 'organization.suspended', 'organization.created'],
      ],
      ['environment', () => 'environment=staging', ['key.created']],
      ['request', () => 'requestId=Suspending-1', ['organization.suspended']],
      ['part of a request id, in any case', () => 'q=suspending-', ['organization.suspended']],
      ['part of an action', () => 'q=SUSPENDED', ['organization.suspended']],
      ['part of a target', () => 'q=customer/cus', ['resource.created']],
      ['address', () => 'ip=203.0.113.7', []],
      ['nothing that is there', () => 'organizationId=nobody', []],
    ])('%s', async (_, query, expected) => {
      expect(await actions(query())).toEqual(expected);
    });

    test('time, from inclusive and to exclusive', async () => {
      const [event] = await list(`keyId=${licenceKey}`);
      const later = new Date(Date.parse(event!.at) + 1).toISOString();
      expect(await actions(`apiId=keymanager&from=${event!.at}&to=${later}`)).toEqual([
        'key.created',
      ]);
      expect(await actions(`keyId=${licenceKey}&from=${later}`)).toEqual([]);
      expect(await actions(`keyId=${licenceKey}&to=${event!.at}`)).toEqual([]);
    });

    test('an address in any form of it', async () => {
      const all = await list('limit=200');
      const fromHere = all.filter(({ ip }) => ip === '127.0.0.1');
      expect(await list('limit=200&ip=::ffff:127.0.0.1')).toEqual(fromHere);
    });
  });

  test('refuses what it cannot understand', async () => {
    const asked = `keyId=${licenceKey}&targetType=key`;
    expectFaults(await server.call('GET', `/v1/audit-events?${asked}`), {
      pointer: '/query/keyId',
      message: 'stands for targetType=key and targetId; leave those out, or leave it out',
    });
    expectFaults(await server.call('GET', '/v1/audit-events?action=revoked'), {
      pointer: '/query/action',
      message: 'must be an action such as key.revoked, or key. for all of keys',
    });
    expectFaults(await server.call('GET', '/v1/audit-events?ip=10.0.0.0/8'), {
      pointer: '/query/ip',
      message: 'must be one address, such as 203.0.113.7, and no block',
    });
    const span = 'from=2026-11-21T09:00:00Z&to=2026-11-20T09:00:00Z';
    for (const path of ['/v1/audit-events', '/v1/audit-events/export']) {
      expectFaults(await server.call('GET', `${path}?${span}`), {
        pointer: '/query/to',
        message: 'must be later than "from"',
      });
    }
    for (const query of ['order=asc', 'ip=here', 'from=yesterday', 'limit=0', 'cursor=x']) {
      expectProblem(await server.call('GET', `/v1/audit-events?${query}`), 'INVALID_REQUEST');
    }
    const { nextCursor } = (await server.call('GET', '/v1/keys?limit=1')).body;
    const foreign = await server.call('GET', `/v1/audit-events?cursor=${nextCursor}`);
    expectProblem(foreign, 'INVALID_REQUEST');
  });

  test('asks for the permission to read it', async () => {
    const { secret: key } = await createRootKey(server, { permissions: ['keys:read'] });
    for (const path of ['', '/export', '/evt_0000000000000000000000']) {
      const answer = await server.call('GET', `/v1/audit-events${path}`, { key });
      expectProblem(answer, 'INSUFFICIENT_PERMISSIONS');
    }
  });

  describe('of a root key that is bound', () => {
    const bound = async (resources: object) =>
      (await createRootKey(server, { preset: 'full-access', resources })).secret;
    const everywhere = ['', 'action=key.', 'q=key_', 'actorType=rootKey'];

    test.each<[string, object, (event: AuditEvent) => boolean]>([
      [
        'an organization',
        { organization: ['acme'] },
        ({ target }) => target.organizationId === 'acme',
      ],
      ['an API', { api: ['interact'] }, ({ target }) => target.apiId === 'interact'],
      [
        'an environment',
        { environment: ['production'] },
        ({ target }) => target.environment === 'production',
      ],
      [
        'an API and an organization',
        { api: ['keymanager'], organization: ['globex'] },
        ({ target }) => target.apiId === 'keymanager' && target.organizationId === 'globex',
      ],
      ['nothing', { api: [] }, () => false],
    ])('to %s, holds what lies within and nothing else', async (_, resources, within) => {
      const key = await bound(resources);
      for (const query of everywhere) {
        const all = await list(`limit=200&${query}`);
        expect(await list(`limit=200&${query}`, { key })).toEqual(all.filter(within));
        expect(lines(await exported(query, { key }))).toEqual(all.filter(within).toReversed());
      }
      for (const event of await list('limit=200')) {
        const answer = await server.call('GET', `/v1/audit-events/${event.id}`, { key });
        if (within(event)) expect(answer.body).toEqual(event);
        else expectProblem(answer, 'AUDIT_EVENT_NOT_FOUND');
      }
    });

    test.each([{ organization: ['acme'] }, { environment: ['production'] }, { api: ['interact'] }])(
      'to %o, does not show other root keys, asked for by whatever',
      async (resources) => {
        const key = await bound(resources);
        for (const query of ['apiId=claviger', 'organizationId=claviger', `keyId=${boundKey.id}`]) {
          expect((await list(query)).length).toBeGreaterThan(0);
          expect(await list(query, { key })).toEqual([]);
          expect(await exported(query, { key })).toBe('');
        }
      },
    );
  });

  describe('as an export', () => {
    test('is the whole chain, to be checked by whoever has it', async () => {
      const events = lines(await exported());
      expect(events.map(eventOfPresented)).toEqual(await auditEvents(server));
      expect(firstBrokenLink(CHAIN_START, events.map(eventOfPresented))).toBeNull();
      const forged = events.with(3, { ...events[3]!, requestId: 'forged' });
      expect(firstBrokenLink(CHAIN_START, forged.map(eventOfPresented))).toBe(4);
    });

    test('takes the filters of the list', async () => {
      const [newest, ...older] = await list('organizationId=globex&action=organization.');
      expect(lines(await exported('organizationId=globex&action=organization.'))).toEqual(
        [newest, ...older].toReversed(),
      );
      expectProblem(await server.call('GET', '/v1/audit-events/export?limit=3'), 'INVALID_REQUEST');
    });

    test('is CSV when that is asked for', async () => {
      const answer = await server.call('GET', '/v1/audit-events/export?format=csv&targetType=api');
      expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
      const [head, first] = answer.text.split('\r\n');
      expect(head).toBe(
        'id,at,sequence,actor,action,target,before,after,ip,requestId,previousHash,hash',
      );
      expect(first).toMatch(/^evt_\w{22},\d{4}-.*,1,"{""type"":""system"",""id"":""start""}",/);
    });

    test('holds more events than are read at once', async () => {
      const keys = Array.from({ length: 500 }, (_, index) => ({
        apiId: 'interact',
        organizationId: 'acme',
        name: `Imported scanner ${index}`,
        permissions: ['agent_jobs_read'],
        native: true,
        hash: {
          algorithm: 'sha256',
          encoding: 'hex',
          value: index.toString(16).padStart(64, '0'),
        },
      }));
      await expectStatus(200, server.call('POST', '/v1/keys/import', { body: { keys } }));
      const events = lines(await exported());
      expect(events.map(eventOfPresented)).toEqual(await auditEvents(server));
      expect(lines(await exported('action=key.imported'))).toHaveLength(500);
      await expectSoundAudit(server);
    });
  });
});

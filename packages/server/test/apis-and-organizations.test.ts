import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvents, auditOf } from './harness/audit.ts';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const EVERYWHERE = { everywhere: true, at: expect.any(String), unreachable: [] };

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await expectStatus(200, putOrganization('acme', 'Acme'));
  });
  afterAll(() => server.stop());

  const putApi = (id: string, fields: object = {}) =>
    server.call('PUT', `/v1/apis/${id}`, { body: { ...exampleApi('interact'), ...fields } });
  const putOrganization = (id: string, name: string) =>
    server.call('PUT', `/v1/organizations/${id}`, { body: { name } });
  const patchOrganization = (id: string, body: object) =>
    server.call('PATCH', `/v1/organizations/${id}`, { body });
  const lastEvent = async () => (await auditEvents(server)).at(-1);

  describe('an API', () => {
    test('is created, replaced and read back', async () => {
      const { body } = await expectStatus(200, putApi('catalog'));
      expect(body).toEqual({ api: expect.any(Object), effective: EVERYWHERE });
      expect(await lastEvent()).toMatchObject({ action: 'api.created', before: null });
      await server.advance(1_000);
      const replaced = await expectStatus(200, putApi('catalog', { name: 'Catalogue' }));
      const { api } = replaced.body;
      expect(api).toEqual({ ...body.api, name: 'Catalogue', updatedAt: expect.any(String) });
      expect(Date.parse(api.updatedAt) - Date.parse(api.createdAt)).toBe(1_000);
      expect((await server.call('GET', '/v1/apis/catalog')).body).toEqual(api);
      expect(await lastEvent()).toMatchObject({
        action: 'api.updated',
        actor: { type: 'rootKey', id: expect.stringMatching(/^key_/) },
        target: { type: 'api', id: 'catalog', apiId: 'catalog' },
        before: body.api,
        after: api,
        ip: '127.0.0.1',
      });
    });

    test('that is put again as it is stays untouched and leaves no audit event', async () => {
      const first = await expectStatus(200, putApi('unchanged'));
      await server.advance(1_000);
      const events = await auditOf(server, async () => {
        const again = await expectStatus(
          200,
          putApi('unchanged', { environments: ['production'] }),
        );
        expect(again.body.api).toEqual(first.body.api);
        expect(again.body.effective).toEqual(EVERYWHERE);
      });
      expect(events).toEqual([]);
    });

    test('issues nothing that looks like a root key', async () => {
      const body = {
        name: 'Lookalike',
        formats: { secret: { prefix: 'clv', length: 48 } },
        permissions: [{ id: 'jobs_read', name: 'Read jobs' }],
      };
      expectProblem(await server.call('PUT', '/v1/apis/lookalike', { body }), 'INVALID_REQUEST', {
        errors: [
          {
            pointer: '/formats/secret/prefix',
            message: expect.stringContaining('"clv" is the prefix of root keys; choose another'),
          },
        ],
      });
    });

    test('is listed, newest first', async () => {
      for (const id of ['listed-a', 'listed-b', 'listed-c']) {
        await server.advance(1);
        await expectStatus(200, putApi(id));
      }
      const first = await server.call('GET', '/v1/apis?limit=2');
      expect(idsOf(first)).toEqual(['listed-c', 'listed-b']);
      const path = `/v1/apis?limit=1&cursor=${first.body.nextCursor}`;
      expect(idsOf(await server.call('GET', path))).toEqual(['listed-a']);
      const all = await server.call('GET', '/v1/apis?limit=200');
      expect(idsOf(all)).toContain('claviger');
      expect(all.body.nextCursor).toBeNull();
    });

    test('goes when it has no keys, and is unknown from then on', async () => {
      await expectStatus(200, putApi('brief'));
      const { body } = await expectStatus(200, server.call('DELETE', '/v1/apis/brief'));
      expect(body).toEqual({ id: 'brief', deleted: true, effective: EVERYWHERE });
      expectProblem(await server.call('GET', '/v1/apis/brief'), 'API_NOT_FOUND');
      expectProblem(await server.call('DELETE', '/v1/apis/brief'), 'API_NOT_FOUND');
      const ask = { token: 'x', apiId: 'brief' };
      const answer = await server.call('POST', '/v1/keys/verify', { body: ask });
      expectProblem(answer, 'API_NOT_FOUND', {
        detail:
          'There is no API "brief" here. Define it with PUT /v1/apis/brief, or correct "apiId".',
      });
      expect(await lastEvent()).toMatchObject({ action: 'api.deleted', after: null });
    });

    test('that has keys stays, even when all of them are revoked', async () => {
      await expectStatus(200, putApi('inhabited'));
      const { key } = await createTestKey(server, { apiId: 'inhabited' });
      const remove = () => server.call('DELETE', '/v1/apis/inhabited');
      const detail = /^The API "inhabited" has 1 key, revoked ones included\. Delete /;
      expectProblem(await remove(), 'STILL_IN_USE', { detail });
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`));
      expectProblem(await remove(), 'STILL_IN_USE', { detail });
      await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
      await expectStatus(200, remove());
    });

    test('that is built in can be read and not changed', async () => {
      const { body } = await expectStatus(200, server.call('GET', '/v1/apis/claviger'));
      expect(body.formats).toEqual({ secret: { prefix: 'clv', length: 48 } });
      const types = body.resourceTypes.map(({ id }: { id: string }) => id);
      expect(types).toEqual(['api', 'organization', 'environment']);
      const detail = 'The API "claviger" is built in and cannot be changed or deleted.';
      expectProblem(await putApi('claviger'), 'BUILT_IN', { detail });
      expectProblem(await server.call('DELETE', '/v1/apis/claviger'), 'BUILT_IN', { detail });
    });
  });

  describe('dropping what keys use', () => {
    const definition = {
      environments: ['production', 'staging'],
      formats: {
        secret: { prefix: 'int', length: 48 },
        pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
      },
      presets: [
        { id: 'full-access', name: 'Full access', grants: 'all' },
        { id: 'unused', name: 'Nobody’s', grants: 'read' },
      ],
    };
    const [read, trigger] = exampleApi('interact')['permissions'] as [object, object];
    let staging: Answer['body'];

    beforeAll(async () => {
      await expectStatus(200, putApi('used', definition));
      await createTestKey(server, { apiId: 'used' });
      await createTestKey(server, { apiId: 'used', kind: 'pair', preset: 'full-access' });
      const both = { permissions: ['agent_jobs_read', 'agent_jobs_trigger'] };
      staging = await createTestKey(server, { apiId: 'used', environment: 'staging', ...both });
    });

    const drops: [string, object, { pointer: string; message: string }[]][] = [
      [
        'a permission',
        { permissions: [trigger] },
        [
          {
            pointer: '/permissions',
            message: '2 keys hold "agent_jobs_read", which the new definition lacks: …',
          },
        ],
      ],
      [
        'a preset',
        { presets: [] },
        [
          {
            pointer: '/presets',
            message: '1 key uses "full-access", which the new definition lacks: …',
          },
        ],
      ],
      [
        'a format',
        { formats: { secret: definition.formats.secret } },
        [
          {
            pointer: '/formats',
            message: '1 key has the kind "pair", which the new definition lacks: …',
          },
        ],
      ],
      [
        'an environment',
        { environments: ['production'] },
        [
          {
            pointer: '/environments',
            message: '1 key belongs to "staging", which the new definition lacks: …',
          },
        ],
      ],
      [
        'several at once',
        {
          formats: { pair: definition.formats.pair },
          environments: ['staging'],
          permissions: [read],
        },
        [
          {
            pointer: '/permissions',
            message: '1 key holds "agent_jobs_trigger", which the new definition lacks: …',
          },
          {
            pointer: '/formats',
            message: '2 keys have the kind "secret", which the new definition lacks: …',
          },
          {
            pointer: '/environments',
            message: '2 keys belong to "production", which the new definition lacks: …',
          },
        ],
      ],
    ];

    test.each(drops)('%s is refused with how many and which do', async (_, fields, errors) => {
      const events = await auditOf(server, async () => {
        expectProblem(await putApi('used', { ...definition, ...fields }), 'STILL_IN_USE', {
          detail:
            'The new definition lacks what keys of this API still use; "errors" counts and names them. Change, revoke or delete these keys first.',
          errors: errors.map(({ pointer, message }) => ({
            pointer,
            // Then some of the keys.
            message: expect.stringMatching(
              new RegExp(
                `^${message.replace('…', '')}key_\\w{22}(?:, key_\\w{22})*(?: and \\d+ more)?$`,
              ),
            ),
          })),
        });
      });
      expect(events).toEqual([]);
    });

    test('is possible for what none uses, and for what only revoked keys use', async () => {
      await expectStatus(200, putApi('used', { ...definition, presets: [definition.presets[0]] }));
      await expectStatus(200, server.call('POST', `/v1/keys/${staging.key.id}/revoke`));
      const fields = { environments: ['production'], permissions: [read] };
      await expectStatus(200, putApi('used', { ...definition, ...fields }));
      const ask = { apiId: 'used' };
      expect((await verify(server, staging.secret, ask)).code).toBe('REVOKED');
    });
  });

  test('a preset follows the catalog without the key being touched', async () => {
    const presets = [
      { id: 'full-access', name: 'Full access', grants: 'all' },
      { id: 'read-only', name: 'Read only', grants: 'read' },
    ];
    const permissions = exampleApi('interact')['permissions'] as object[];
    await expectStatus(200, putApi('growing', { presets }));
    const fields = { apiId: 'growing', organizationId: 'acme' };
    const full = await createTestKey(server, { ...fields, preset: 'full-access' });
    const reader = await createTestKey(server, { ...fields, preset: 'read-only' });
    const named = await createTestKey(server, fields);
    const held = async ({ secret }: { secret: string }) =>
      (await verify(server, secret, { apiId: 'growing' })).permissions;
    expect(await held(full)).toEqual(['agent_jobs_read', 'agent_jobs_trigger']);
    expect(await held(reader)).toEqual(['agent_jobs_read']);

    const added = [
      { id: 'reports_read', name: 'Read reports', access: 'read' },
      { id: 'reports_write', name: 'Write reports' },
    ];
    await server.advance(1_000);
    await expectStatus(
      200,
      putApi('growing', { presets, permissions: [...permissions, ...added] }),
    );
    expect(await held(full)).toEqual([
      'agent_jobs_read',
      'agent_jobs_trigger',
      'reports_read',
      'reports_write',
    ]);
    expect(await held(reader)).toEqual(['agent_jobs_read', 'reports_read']);
    expect(await held(named)).toEqual(['agent_jobs_read']);
    const { body } = await server.call('GET', `/v1/keys/${reader.key.id}`);
    expect(body).toMatchObject({ permissions: [], updatedAt: reader.key.updatedAt });

    // What the catalog loses, the preset loses: nobody holds it by name.
    await expectStatus(200, putApi('growing', { presets, permissions }));
    expect(await held(full)).toEqual(['agent_jobs_read', 'agent_jobs_trigger']);
  });

  describe('an organization', () => {
    const create = { apiId: 'org-api', name: 'Night job', permissions: ['agent_jobs_read'] };
    const ask = { apiId: 'org-api' };

    beforeAll(async () => {
      await expectStatus(200, putApi('org-api'));
    });

    test('is created, renamed and read back', async () => {
      const { body } = await expectStatus(200, putOrganization('globex', ' Globex '));
      expect(body).toEqual({
        organization: {
          id: 'globex',
          name: 'Globex',
          suspended: false,
          createdAt: expect.any(String),
          updatedAt: body.organization.createdAt,
        },
        effective: EVERYWHERE,
      });
      await server.advance(1_000);
      const renamed = await expectStatus(200, putOrganization('globex', 'Globex 株式会社 🦊'));
      expect(renamed.body.organization.name).toBe('Globex 株式会社 🦊');
      expect(renamed.body.organization.createdAt).toBe(body.organization.createdAt);
      const read = await server.call('GET', '/v1/organizations/globex');
      expect(read.body).toEqual(renamed.body.organization);
      expect(await lastEvent()).toMatchObject({
        action: 'organization.updated',
        before: body.organization,
        after: read.body,
      });
    });

    test('that is put or patched as it is stays untouched', async () => {
      await expectStatus(200, putOrganization('still', 'Still'));
      await server.advance(1_000);
      const events = await auditOf(server, async () => {
        await expectStatus(200, putOrganization('still', 'Still'));
        await expectStatus(200, patchOrganization('still', {}));
        await expectStatus(200, patchOrganization('still', { name: 'Still', suspended: false }));
      });
      expect(events).toEqual([]);
    });

    test.each(['a', 'A.b-c_d:e@f', 'x'.repeat(128)])('may be called %s', async (id) => {
      await expectStatus(200, putOrganization(id, 'Some'));
      const { body } = await server.call('GET', `/v1/organizations/${encodeURIComponent(id)}`);
      expect(body.id).toBe(id);
    });

    test('that is suspended has no valid key, until it is resumed', async () => {
      await expectStatus(200, putOrganization('paused', 'Paused'));
      const key = await createTestKey(server, { ...create, organizationId: 'paused' });
      const other = await createTestKey(server, { ...create, organizationId: 'acme' });
      expect((await verify(server, key.secret, ask)).code).toBe('VALID');

      const suspended = await expectStatus(200, patchOrganization('paused', { suspended: true }));
      expect(suspended.body).toMatchObject({
        organization: { suspended: true },
        effective: EVERYWHERE,
      });
      expect(await verify(server, key.secret, ask)).toMatchObject({
        code: 'DISABLED',
        status: 401,
        organizationId: 'paused',
      });
      expect((await verify(server, other.secret, ask)).code).toBe('VALID');
      expectProblem(await server.call('GET', '/v1/me', { key: key.secret }), 'DISABLED');
      const renamed = await expectStatus(200, putOrganization('paused', 'On hold'));
      expect(renamed.body.organization.suspended).toBe(true);

      const later = await createTestKey(server, { ...create, organizationId: 'paused' });
      expect((await verify(server, later.secret, ask)).code).toBe('DISABLED');

      await expectStatus(200, patchOrganization('paused', { suspended: false }));
      for (const { secret } of [key, later]) {
        expect((await verify(server, secret, ask)).code).toBe('VALID');
      }
      const actions = (await auditEvents(server))
        .filter(({ target }) => target.id === 'paused')
        .map(({ action }) => action);
      expect(actions).toEqual([
        'organization.created',
        'organization.suspended',
        'organization.updated',
        'organization.resumed',
      ]);
    });

    test('that is unknown gets no key', async () => {
      const body = { ...create, organizationId: 'nobody' };
      expectProblem(await server.call('POST', '/v1/keys', { body }), 'ORGANIZATION_NOT_FOUND', {
        detail:
          'There is no organization "nobody" here. Create it with PUT /v1/organizations/nobody, or correct the id.',
      });
      for (const [method, options] of [
        ['GET', {}],
        ['PATCH', { body: { suspended: true } }],
        ['DELETE', {}],
      ] as const) {
        const answer = await server.call(method, '/v1/organizations/nobody', options);
        expectProblem(answer, 'ORGANIZATION_NOT_FOUND');
      }
    });

    test('goes when it has no keys', async () => {
      await expectStatus(200, putOrganization('leaving', 'Leaving'));
      const { key } = await createTestKey(server, { ...create, organizationId: 'leaving' });
      const remove = () => server.call('DELETE', '/v1/organizations/leaving');
      expectProblem(await remove(), 'STILL_IN_USE', {
        detail: /^The organization "leaving" has 1 key, revoked ones included\. Delete /,
      });
      await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
      const { body } = await expectStatus(200, remove());
      expect(body).toEqual({ id: 'leaving', deleted: true, effective: EVERYWHERE });
      expectProblem(
        await server.call('GET', '/v1/organizations/leaving'),
        'ORGANIZATION_NOT_FOUND',
      );
    });

    test('that is built in can be read and not changed', async () => {
      await expectStatus(200, server.call('GET', '/v1/organizations/claviger'));
      const detail = 'The organization "claviger" is built in and cannot be changed or deleted.';
      for (const answer of [
        await putOrganization('claviger', 'Mine'),
        await patchOrganization('claviger', { suspended: true }),
        await server.call('DELETE', '/v1/organizations/claviger'),
      ]) {
        expectProblem(answer, 'BUILT_IN', { detail });
      }
    });

    test('is found by part of its name or id, upper or lower case alike, newest first', async () => {
      for (const [id, name] of [
        ['find-1', 'Initech 100%'],
        ['find-2', 'initech_west'],
        ['INITECH-3', 'Other'],
        ['find-4', 'Hooli'],
      ] as const) {
        await server.advance(1);
        await expectStatus(200, putOrganization(id, name));
      }
      const find = async (query: string) =>
        idsOf(await server.call('GET', `/v1/organizations?${query}`));
      expect(await find('q=iniTECH')).toEqual(['INITECH-3', 'find-2', 'find-1']);
      expect(await find('q=100%25')).toEqual(['find-1']);
      expect(await find('q=h_w')).toEqual(['find-2']);
      expect(await find('q=initech%25west')).toEqual([]);
      const first = await server.call('GET', '/v1/organizations?q=initech&limit=2');
      expect(idsOf(first)).toEqual(['INITECH-3', 'find-2']);
      expect(await find(`q=initech&limit=2&cursor=${first.body.nextCursor}`)).toEqual(['find-1']);
    });
  });
});

const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleApi } from '../../server/test/harness/fixtures.ts';
import { shell, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

/** A file in the folder of the server. */
function file(name: string, content: unknown): string {
  const path = server.path(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const definition = {
  name: 'Billing',
  formats: { secret: { prefix: 'bil', length: 40 } },
  environments: ['production', 'staging'],
  permissions: [
    { id: 'invoices:read', name: 'Read invoices', access: 'read' },
    { id: 'invoices:write', name: 'Write invoices' },
  ],
};

describe('apis apply', () => {
  test('shows what a new API will be, and makes it', async () => {
    const path = file('billing/api.json', definition);
    const dry = await server.run(words`apis apply ${path} --dry-run`);
    expect(dry.code).toBe(3);
    expect(dry.stdout).toBe(`billing is new (${path}):
  + name: "Billing"
  + formats: secret { prefix "bil", length 40 }
  + environments[production]
  + environments[staging]
  + revocation: "final"
  + permissions[invoices:read]: name "Read invoices", access "read", publishable false
  + permissions[invoices:write]: name "Write invoices", access "write", publishable false
  + onLeak: action "notify"
`);
    expect((await server.call('GET', '/v1/apis/billing')).status).toBe(404);
    const applied = await server.run(words`apis apply ${path} --yes`);
    expect(applied).toMatchObject({ code: 0, stdout: `${dry.stdout}Created billing.\n` });
    const again = await server.run(words`apis apply ${path}`);
    expect(again).toMatchObject({
      code: 0,
      stdout: `billing: nothing to do, it is as ${path} says.\n`,
    });
    expect((await server.run(words`apis apply ${path} --dry-run`)).code).toBe(0);
  });

  test('shows a change field by field', async () => {
    const before = {
      ...definition,
      presets: [{ id: 'all', name: 'All', grants: 'all' }],
      expiry: { maxDays: 90, remindDays: [14, 7] },
    };
    await server.call('PUT', '/v1/apis/diffed', before);
    const after = {
      ...definition,
      id: 'diffed',
      name: 'Billing 2',
      environments: ['staging', 'production', 'development'],
      permissions: [
        { id: 'invoices:read', name: 'See invoices', access: 'read' },
        { id: 'invoices:send', name: 'Send invoices' },
      ],
      presets: [{ id: 'all', name: 'All', grants: { permissions: ['invoices:read'] } }],
      expiry: { maxDays: 120, remindDays: [14] },
      maxKeysPerOrganization: 10,
    };
    const path = file('after.json', after);
    const { code, stdout } = await server.run(words`apis apply ${path} --dry-run`);
    expect(code).toBe(3);
    expect(stdout).toBe(`diffed changes (${path}):
  ~ name: "Billing" → "Billing 2"
  + environments[development]
  ~ environments (order): "production", "staging" → "staging", "production"
  ~ permissions[invoices:read].name: "Read invoices" → "See invoices"
  - permissions[invoices:write]: name "Write invoices", access "write", publishable false
  + permissions[invoices:send]: name "Send invoices", access "write", publishable false
  ~ presets[all].grants: "all" → permissions ["invoices:read"]
  ~ expiry.maxDays: 90 → 120
  - expiry.remindDays[7]
  ~ maxKeysPerOrganization: none → 10
`);
    const { data } = JSON.parse(
      (await server.run(words`apis apply ${path} --dry-run --json`)).stdout,
    );
    expect(data).toMatchObject([{ id: 'diffed', source: path, outcome: 'change', applied: false }]);
    expect(data[0].answer).toBeNull();
    expect(data[0].differences[0]).toEqual({
      change: 'changed',
      path: 'name',
      before: 'Billing',
      after: 'Billing 2',
    });
    const applied = await server.json(words`apis apply ${path} --yes`);
    expect(applied.data[0]).toMatchObject({
      applied: true,
      answer: { api: { id: 'diffed', name: 'Billing 2' }, effective: { everywhere: true } },
    });
  });

  test('shows limits and resources by their names', async () => {
    const before = {
      ...definition,
      rateLimits: [
        { name: 'read', limit: 60, windowSeconds: 60, access: 'read' },
        { name: 'burst', limit: 5, windowSeconds: 1 },
      ],
      resourceTypes: [{ id: 'customer', name: 'Customer' }],
    };
    await server.call('PUT', '/v1/apis/limited', before);
    const permissions = [
      { ...definition.permissions[0], publishable: true },
      definition.permissions[1],
    ];
    const after = {
      ...before,
      formats: { ...definition.formats, publishable: { prefix: 'bil_pk', length: 32 } },
      permissions,
      rateLimits: [
        { name: 'read', limit: 100, windowSeconds: 60 },
        { name: 'all', limit: 9_000, windowSeconds: 3_600, scope: 'organization' },
      ],
      rateLimitMax: { limit: 1_000, windowSeconds: 300 },
      resourceTypes: [{ id: 'node', name: 'Node' }],
    };
    const path = file('limited.json', after);
    const dry = await server.run(words`apis apply ${path} --dry-run`);
    expect(dry.stdout).toBe(`limited changes (${path}):
  + formats.publishable: prefix "bil_pk", length 32
  ~ permissions[invoices:read].publishable: false → true
  ~ rateLimits[read].limit: 60 → 100
  - rateLimits[read].access: "read"
  - rateLimits[burst]: limit 5, windowSeconds 1, scope "key"
  + rateLimits[all]: limit 9000, windowSeconds 3600, scope "organization"
  ~ rateLimitMax: none → limit 1000, windowSeconds 300
  - resourceTypes[customer]: name "Customer"
  + resourceTypes[node]: name "Node"
`);
    await server.json(words`apis apply ${path} --yes`);
    const { stdout } = await server.run(words`apis show limited`);
    expect(stdout).toMatch(/^Keys +bil_…, bil_pk_… \(publishable\)$/m);
    expect(stdout).toMatch(
      /^Rate limits +read: 100 per minute\n +all: 9,000 per hour, all keys of an organization together$/m,
    );
    expect(stdout).toMatch(/^Limits at most +1,000 per 5 minutes on one key$/m);
    expect(stdout).toMatch(/^Resources +node "Node"$/m);
    expect(stdout).toMatch(
      /^PERMISSION +NAME +ACCESS +PUBLISHABLE +DESCRIPTION\ninvoices:read +Read invoices +read +yes\n/m,
    );
  });

  test('shows one day as one', async () => {
    const expiry = { defaultDays: 1, maxDays: 2, remindDays: [7, 1] };
    const path = file('short.json', { ...definition, expiry });
    await server.json(words`apis apply ${path} --id short --yes`);
    const { stdout } = await server.run(words`apis show short`);
    expect(stdout).toContain('1 day by default, 2 days at most, reminders 7, 1 day before\n');
  });

  test('takes several files, shows all of them first, and stops where it is refused', async () => {
    await server.call('PUT', '/v1/apis/used', definition);
    const { key } = await server.createKey({ apiId: 'used', permissions: ['invoices:write'] });
    const paths = [
      file('first.json', definition),
      file('used.json', { ...definition, permissions: definition.permissions.slice(0, 1) }),
      file('third.json', definition),
    ];
    const { code, stdout, stderr } = await server.run(['apis', 'apply', ...paths, '--yes']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^first is new [^]*^used changes [^]*^third is new [^]*^Created first\.\n$/m,
    );
    expect(stderr).toContain(`used (${paths[1]}) could not be applied.\nclaviger: `);
    expect(stderr).toContain(
      `  /permissions 1 key holds "invoices:write", which the new definition lacks: ${key.id}\n`,
    );
    expect((await server.call('GET', '/v1/apis/third')).status).toBe(404);
    const json = await server.run(words`apis apply ${paths[1] ?? ''} --yes --json`);
    expect(JSON.parse(json.stderr)).toMatchObject({
      code: 'STILL_IN_USE',
      errors: [{ pointer: '/permissions', message: expect.stringContaining(key.id) }],
    });
  });

  test('reads standard input, and takes back what apis show printed', async () => {
    const nameless = await server.run(words`apis apply -`, JSON.stringify(definition));
    expect(nameless).toMatchObject({ code: 2, stderr: expect.stringContaining('say --id <id>') });
    const named = await server.run(
      words`apis apply - --id piped --yes`,
      JSON.stringify(definition),
    );
    expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining('Created piped.') });
    const same = await shell(
      'claviger apis show piped --json | claviger apis apply - --dry-run',
      server.env,
    );
    expect(same).toMatchObject({
      code: 0,
      stdout: 'piped: nothing to do, it is as standard input says.\n',
    });
  });

  test('says every fault of a file before anything is asked of the server', async () => {
    const broken = {
      ...definition,
      nmae: 'x',
      formats: { secret: { prefix: 3, length: 40 } },
      permissions: [{ id: 'a b', name: 'A' }],
      maxKeysPerOrganization: '10',
    };
    const { code, stdout, stderr } = await server.run(
      words`apis apply ${file('broken.json', broken)}`,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const fault of [
      '  /nmae is not a field of a definition\n',
      '  /formats/secret/prefix fits none of its forms: ',
      '  /permissions/0/id must match ',
      '  /maxKeysPerOrganization invalid input: expected number',
    ]) {
      expect(stderr).toContain(fault);
    }
  });

  test.each([
    [
      'a file that is not there',
      'missing.json',
      null,
      /missing\.json cannot be read: there is no such file/,
    ],
    ['no JSON, which may be a key', 'x.key', 'clv_secret', /x\.key is not JSON\.\n$/],
    [
      'JSON with a mistake',
      'y.json',
      '{\n  "name": "x"\n',
      /y\.json is not JSON \(line 3 column 1\)\.\n$/,
    ],
    ['a list', 'z.json', '[]', /must hold one JSON object/],
  ])('refuses %s', async (_what, name, content, message) => {
    const path = content === null ? server.path(name) : file(name, content);
    const { code, stderr } = await server.run(words`apis apply ${path}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test('refuses one id for several files, an API that is defined twice, and to go on unasked', async () => {
    const path = file('twice.json', definition);
    const several = await server.run(words`apis apply ${path} ${path} --id x`);
    expect(several).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--id names one API'),
    });
    const twice = await server.run(words`apis apply ${path} ${path}`);
    expect(twice).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"twice" is defined twice'),
    });
    const unasked = await server.run(words`apis apply ${path}`);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('Say --yes') });
    expect(unasked.stderr).toContain('twice is new');
    expect((await server.call('GET', '/v1/apis/twice')).status).toBe(404);
  });
});

describe('apis', () => {
  test('list, show and delete', async () => {
    await server.call('PUT', '/v1/apis/keymanager', {
      ...exampleApi('agentsgt'),
      environments: ['production', 'staging'],
    });
    const list = await server.run(words`apis list`);
    expect(list.stdout).toMatch(/^ID +NAME +KEYS +ENVIRONMENTS +PERMISSIONS +UPDATED$/m);
    expect(list.stdout).toMatch(
      /^keymanager +AgentsGT API +pk_…:sk_… +production, staging +2 +just now$/m,
    );
    const shown = await server.run(words`apis show keymanager`);
    expect(shown.stdout).toMatch(/^Keys {10}pk_…:sk_…$/m);
    expect(shown.stdout).toMatch(
      /^PERMISSION +NAME +ACCESS +PUBLISHABLE +DESCRIPTION\nagents:read +Read agents +read +no +List/m,
    );
    expect(shown.stdout).toMatch(/^PRESET +NAME +GRANTS\nfull-access +Full access +all\n$/m);
    const api = await server.json(words`apis show keymanager`);
    expect(api).toEqual((await server.call('GET', '/v1/apis/keymanager')).body);
    expect((await server.json(words`apis list`)).data).toContainEqual(api);
    const deleted = await server.run(words`apis delete keymanager --yes`);
    expect(deleted).toMatchObject({ code: 0, stdout: 'Deleted keymanager.\n' });
    await server.call('PUT', '/v1/apis/keymanager', definition);
    expect(await server.json(words`apis delete keymanager -y`)).toMatchObject({ deleted: true });
  });
});

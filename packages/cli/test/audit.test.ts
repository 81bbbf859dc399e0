import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '@claviger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claviger, shell, startCliServer, words, type CliServer } from './harness/cli.ts';

describe('the audit commands', () => {
  let server: CliServer;
  let keyId: string;
  let exported: string;

  beforeAll(async () => {
    server = await startCliServer();
    keyId = (await server.createKey()).key.id;
    await server.run(words`keys disable ${keyId}`);
    await server.run(words`keys revoke ${keyId} --reason Leaked --yes`);
    exported = server.path('events.ndjson');
    writeFileSync(exported, (await server.run(words`audit export`)).stdout);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('list shows the newest first, and filters', async () => {
    const { stdout } = await server.run(words`audit list --of ${keyId}`);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(2, 6))).toEqual([
      ['ACTION', 'TARGET', 'BY', 'FROM'],
      ...['key.revoked', 'key.disabled', 'key.created'].map((action) => [
        action,
        `key ${keyId}`,
        expect.stringMatching(/^rootKey key_/),
        '127.0.0.1',
      ]),
      [],
    ]);
    const filters = words`--action key. --api interact --organization acme --environment production`;
    const more = words`--target-type key --actor-type rootKey --ip 127.0.0.1 --from 1d --search ${keyId}`;
    const { data } = await server.json([...words`audit list`, ...filters, ...more]);
    expect(data.map(({ action }: AuditEvent) => action)).toEqual([
      'key.revoked',
      'key.disabled',
      'key.created',
    ]);
    expect((await server.run(words`audit list --to 90d`)).stderr).toBe('No audit events.\n');
  });

  test('show tells what a change changed', async () => {
    const { data } = await server.json(words`audit list --of ${keyId} --limit 1`);
    const { stdout } = await server.run(words`audit show ${data[0].id}`);
    expect(stdout).toMatch(/^Action +key\.revoked$/m);
    expect(stdout).toMatch(/^Organization +acme$/m);
    expect(stdout).toMatch(/status: "inactive" → "revoked"$/m);
    expect(stdout).toMatch(/revokedReason: null → "Leaked"$/m);
    expect(await server.json(words`audit show ${data[0].id}`)).toEqual(data[0]);
    const unknown = await server.run(words`audit show evt_0000000000000000000000`);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no audit event') });
  });

  test('export writes the whole chain, and CSV for spreadsheets', async () => {
    const events = readFileSync(exported, 'utf8').trimEnd().split('\n');
    expect(events.map((line) => (JSON.parse(line) as AuditEvent).sequence)).toEqual(
      events.map((_, index) => index + 1),
    );
    const csv = await server.run(words`audit export --format csv --of ${keyId}`);
    expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(4);
    const refused = await server.run(words`audit export --of ${keyId} --target-type key`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--of stands for targetType=key');
  });

  test('what is done on the machine itself is on record as that', async () => {
    await claviger(words`root-keys create --name Backup`, server.settings);
    const { data } = await server.json(words`audit list --actor-type system --limit 1`);
    expect(data).toMatchObject([
      {
        action: 'key.created',
        actor: { type: 'system', id: 'claviger root-keys create' },
        target: { type: 'key', apiId: 'claviger', organizationId: 'claviger' },
        ip: null,
        requestId: null,
      },
    ]);
    const { stdout } = await server.run(words`audit show ${data[0].id}`);
    expect(stdout).toMatch(/^From +this machine$/m);
    writeFileSync(exported, (await server.run(words`audit export`)).stdout);
  });

  test('verify finds the log of a running server whole', async () => {
    const { code, stdout, stderr } = await claviger(words`audit verify`, server.settings);
    const events = readFileSync(exported, 'utf8').trimEnd().split('\n');
    expect(stderr).toBe('');
    expect(stdout).toContain(`The audit log is whole: ${events.length} events.`);
    expect(stdout).toContain((JSON.parse(events.at(-1)!) as AuditEvent).hash);
    expect(code).toBe(0);
  });

  test('verify reads an export, from a file and from a pipe', async () => {
    const events = readFileSync(exported, 'utf8').trimEnd().split('\n');
    const read = await claviger(words`audit verify --json --file ${exported}`);
    expect(JSON.parse(read.stdout)).toMatchObject({
      ok: true,
      instance: null,
      events: events.length,
      end: { sequence: events.length },
      faults: [],
    });
    const piped = await shell('claviger audit export | claviger audit verify --file -', server.env);
    expect(piped).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole') });
  });

  describe('verify of an export that was tampered with', () => {
    const tampered = async (change: (lines: string[]) => string[], more = '') => {
      const path = join(server.folder, 'tampered.ndjson');
      const lines = readFileSync(exported, 'utf8').trimEnd().split('\n');
      writeFileSync(path, change(lines).join('\n'));
      return claviger(words`audit verify --file ${path} ${more}`.filter((word) => word !== ''));
    };

    test.each<[string, (lines: string[]) => string[], string]>([
      [
        'a changed event',
        (lines) => lines.with(2, lines[2]!.replace('"requestId":', '"requestId":null,"x":')),
        'Line 3 of',
      ],
      [
        'a changed text',
        (lines) => lines.with(4, lines[4]!.replace('Acme Inc.', 'Acme, Inc.')),
        'event 5 (evt_',
      ],
      ['a removed event', (lines) => lines.toSpliced(3, 1), 'gap: event 4 is missing before it'],
      [
        'removed events at the beginning',
        (lines) => lines.slice(2),
        'gap: events 1 to 2 are missing before it',
      ],
      ['two that changed places', (lines) => lines.with(1, lines[2]!).with(2, lines[1]!), 'order'],
      ['one that is there twice', (lines) => lines.toSpliced(2, 0, lines[2]!), 'event 3 (evt_'],
    ])('finds %s', async (_, change, told) => {
      const { code, stdout, stderr } = await tampered(change);
      expect(stdout + stderr).toContain(told);
      expect(code).toBe(1);
    });

    test('does not take an empty file for a whole log', async () => {
      expect(await tampered(() => [])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no events'),
      });
    });

    test('takes a part as one where it is told that it is', async () => {
      expect(await tampered((lines) => lines.slice(2), '--part')).toMatchObject({ code: 0 });
      expect(await tampered((lines) => lines.toSpliced(4, 1).slice(2), '--part')).toMatchObject({
        code: 1,
      });
    });
  });

  test('verify says how it is to be called', async () => {
    const half = await claviger(words`audit verify --checkpoints x`, server.settings);
    expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('go together') });
    const part = await claviger(words`audit verify --part`, server.settings);
    expect(part).toMatchObject({ code: 2, stderr: expect.stringContaining('--file') });
    const nowhere = await claviger(words`audit verify`, {
      CLAVIGER_DATABASE_URL: `sqlite:${server.path('none.db')}`,
    });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('no database') });
  });
});

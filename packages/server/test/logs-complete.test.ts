import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { recordVerifications, type Recorded } from './harness/recorded-logs.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('completing the log on %s', (database) => {
  let server: TestServer;
  let recorded: Recorded;

  beforeAll(async () => {
    server = await startTestServer({ database });
    recorded = await recordVerifications(server);
  });
  afterAll(() => server.stop());

  const complete = (entries: unknown, key?: string) =>
    server.call('POST', '/v1/logs', { body: { entries }, ...(key !== undefined && { key }) });
  const responseOf = async (logId: string | undefined) => {
    const { body } = await expectStatus(200, server.call('GET', `/v1/logs/${logId}`));
    return [body.responseStatus, body.responseDurationMs];
  };
  const listed = async (logId: string | undefined) => {
    const { body } = await expectStatus(200, server.call('GET', '/v1/logs?apiId=shop'));
    const entry = body.data.find(({ id }: { id: string }) => id === logId);
    return [entry.responseStatus, entry.responseDurationMs];
  };

  test('holds at once and after it is written, whatever was written before', async () => {
    const { first, refused } = recorded.ids;
    const one = { logId: first, responseStatus: 201, responseDurationMs: 48.25 };
    const answer = await expectStatus(200, complete([one]));
    expect(answer.body).toEqual({ completed: 1, unknown: [] });
    expect(await listed(first)).toEqual([201, 48.25]);
    await server.claviger.logs.flush();
    expect(await listed(first)).toEqual([201, 48.25]);

    const { logId: late } = await recorded.verifyOnce('late');
    const more = [
      { logId: late, responseStatus: 500 },
      { logId: refused, responseStatus: 403 },
    ];
    await expectStatus(200, complete(more));
    // In memory still, though a part of its chunk is written, and some of its completions.
    const all = [first, refused, late];
    const expected = [
      [201, 48.25],
      [403, null],
      [500, null],
    ];
    expect(await Promise.all(all.map(responseOf))).toEqual(expected);
    expect(await Promise.all(all.map(listed))).toEqual(expected);
    const found = async (status: number) => {
      const path = `/v1/logs?responseStatus=${status}`;
      const { body } = await expectStatus(200, server.call('GET', path));
      return body.data.map(({ id }: { id: string }) => id);
    };
    expect([await found(403), await found(500), await found(418)]).toEqual([[refused], [late], []]);
    await server.claviger.logs.flush();
    expect(await Promise.all(all.map(responseOf))).toEqual(expected);
    expect([await found(403), await found(500), await found(418)]).toEqual([[refused], [late], []]);
    expectFaults(await server.call('GET', '/v1/logs?responseStatus=600'), {
      pointer: '/query/responseStatus',
      message: 'must be at most 599',
    });
  });

  test('said again, the last one holds', async () => {
    const logId = recorded.ids['mobile'];
    for (const responseStatus of [200, 502]) {
      await expectStatus(200, complete([{ logId, responseStatus }]));
      await server.claviger.logs.flush();
      await expectStatus(200, complete([{ logId, responseStatus: responseStatus + 1 }]));
      expect(await responseOf(logId)).toEqual([responseStatus + 1, null]);
    }
  });

  test('names those that are unknown, and completes the others', async () => {
    const nobody = `log_${'0'.repeat(24)}`;
    const beyond = `${recorded.ids['staging']?.slice(0, -2)}zz`;
    const entries = [nobody, recorded.ids['staging'], beyond].map((logId) => {
      return { logId, responseStatus: 204, responseDurationMs: 1 };
    });
    const { body } = await expectStatus(200, complete(entries));
    expect(body).toEqual({ completed: 1, unknown: [nobody, beyond] });
    expect(await responseOf(recorded.ids['staging'])).toEqual([204, 1]);
  });

  test('leaves alone what the root key may not see', async () => {
    const { disabled, limited } = recorded.ids;
    const resources = { organization: ['globex'] };
    const { secret } = await createRootKey(server, { permissions: ['logs:write'], resources });
    const entries = [disabled, limited].map((logId) => ({ logId, responseStatus: 401 }));
    for (const flush of [false, true]) {
      if (flush) await server.claviger.logs.flush();
      const { body } = await expectStatus(200, complete(entries, secret));
      expect(body).toEqual({ completed: 1, unknown: [limited] });
    }
    expect(await responseOf(disabled)).toEqual([401, null]);
    expect(await responseOf(limited)).toEqual([null, null]);
  });

  test('takes up to 1,000 entries, each sound', async () => {
    const logId = recorded.ids['first'];
    const entry = { logId, responseStatus: 200 };
    const most = await expectStatus(200, complete(Array.from({ length: 1_000 }, () => entry)));
    expect(most.body).toEqual({ completed: 1_000, unknown: [] });
    expectProblem(await complete(Array.from({ length: 1_001 }, () => entry)), 'INVALID_REQUEST');
    expectProblem(await complete([]), 'INVALID_REQUEST');
    expectFaults(await complete([{ logId: 'log_1', responseStatus: 200 }]), {
      pointer: '/entries/0/logId',
      message: 'must be log_ and 24 letters and digits',
    });
    for (const fields of [{ responseStatus: 99 }, { responseDurationMs: -1 }, { status: 200 }]) {
      expectProblem(await complete([{ ...entry, ...fields }]), 'INVALID_REQUEST');
    }
    const { secret } = await createRootKey(server, { permissions: ['logs:read'] });
    expectProblem(await complete([entry], secret), 'INSUFFICIENT_PERMISSIONS');
  });
});

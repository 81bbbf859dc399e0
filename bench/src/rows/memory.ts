import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { EVERYWHERE, type Claviger } from '@claviger/core';
import { generateToken } from '../../../packages/core/src/tokens/generate-token.ts';
import { aKey, aSecret } from '../../../packages/core/test/harness/records.ts';
import { write } from '../../../packages/core/test/harness/seed.ts';
import { API_ID, newKey, openClaviger, PERMISSION } from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Effort } from '../rounds.ts';

const KEYS = 100_000;
const MAX_BYTES = 500;
/** Look-ups that wait for the database at once; far fewer than the directory refuses. */
const AT_ONCE = 100;
/** The size of a heap hardly differs from round to round. */
const MAX_ROUNDS = 3;

async function measure(effort: Effort): Promise<Row[]> {
  const { claviger, close } = await openClaviger();
  const tokens = await writeKeys(claviger, Math.round(KEYS * effort.scale));

  const bare = async () => {
    let map = new Map<string, number>();
    const bytes = await growth(() => {
      map = new Map(tokens.map((token, n) => [hash('sha256', token, 'latin1'), n]));
    });
    return bytes / map.size;
  };
  const cached = async () => {
    const { directory, follower } = claviger;
    await follower.renew();
    directory.dropEverything();
    const bytes = await growth(() => verifyAll(claviger, tokens));
    if (directory.size !== tokens.length) throw new Error(`${directory.size} keys are cached`);
    return bytes / directory.size;
  };

  await verifyAll(claviger, tokens.slice(0, AT_ONCE));
  const rounds = Math.min(effort.rounds, MAX_ROUNDS);
  const measured = await takeTurns({ ...effort, rounds }, { bare, cached });
  await close();
  const compared = compare(measured.bare, measured.cached);
  return [
    {
      what: `memory of a cached key, of ${tokens.length.toLocaleString('en-US')}`,
      baseline: 'Map from digest to a number',
      unit: 'B',
      compared,
      budget: `≤ ${MAX_BYTES} B`,
      met: compared.subject <= MAX_BYTES,
    },
  ];
}

/** As rows, without audit events: only how they are read is looked at. */
async function writeKeys({ storage, peppers }: Claviger, count: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    await write(storage, async (tx) => {
      for (const end = tokens.length + 1_000; tokens.length < end;) {
        const token = generateToken({ prefix: 'int', length: 48 }, 'production');
        const { name, permissions } = newKey(tokens.length);
        const key = aKey({ name, permissions });
        await tx.insertKey(key);
        const digest = peppers.digest(hash('sha256', token, 'latin1'));
        await tx.insertSecret(aSecret({ keyId: key.id, ...digest }));
        tokens.push(token);
      }
    });
  }
  return tokens;
}

async function verifyAll({ verifier, recorder }: Claviger, tokens: readonly string[]) {
  for (let start = 0; start < tokens.length; start += AT_ONCE) {
    const decisions = tokens
      .slice(start, start + AT_ONCE)
      .map((token) =>
        verifier.verify({ token, apiId: API_ID, permissions: [PERMISSION], cost: 1 }, EVERYWHERE),
      );
    for (const { valid } of await Promise.all(decisions)) {
      if (!valid) throw new Error('a key was refused');
    }
    // Awaiting SQLite does not turn the event loop, and the lease is renewed by a timer.
    await setImmediate();
  }
  // What waits to be written is not part of the cache.
  await recorder.flush();
}

/** Bytes that are held after it and were not before. */
async function growth(fill: () => unknown): Promise<number> {
  const before = heldBytes();
  await fill();
  return heldBytes() - before;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

answerAsks({ measure });

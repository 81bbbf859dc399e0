import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EVERYWHERE, type Claviger } from '@claviger/core';
import { generateToken } from '../../packages/core/src/tokens/generate-token.ts';
import { aKey, aSecret, NOW } from '../../packages/core/test/harness/records.ts';
import { write } from '../../packages/core/test/harness/seed.ts';
import { newKey, openClaviger, PEPPER, questionOf } from './fixtures.ts';

/** Look-ups that wait for the database at once; far fewer than the directory refuses. */
export const AT_ONCE = 100;

/** Keys written in one transaction: many enough that a page of an index is not written for each. */
const BATCH = 10_000;

/** As rows, without audit events: only how they are read is looked at. Answers the tokens. */
export async function writeKeys({ storage, peppers }: Claviger, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, () => {
    const token = generateToken({ prefix: 'int', length: 48 }, 'production');
    return { token, ...peppers.digest(hash('sha256', token, 'latin1')) };
  });
  // In the order of the index on digests: one page after the other, rather than a random one for each key.
  made.sort((a, b) => Buffer.compare(a.digest, b.digest));
  for (let start = 0; start < count; start += BATCH) {
    await write(storage, async (tx) => {
      for (const [n, { digest, pepperVersion }] of made.slice(start, start + BATCH).entries()) {
        const { name, permissions } = newKey(start + n);
        // A moment of its own for each, because ids sort by it.
        const createdAt = NOW + start + n;
        const key = aKey({ name, permissions, createdAt });
        await tx.insertKey(key);
        await tx.insertSecret(aSecret({ keyId: key.id, createdAt, digest, pepperVersion }));
      }
    });
  }
  return made.map(({ token }) => token);
}

/** Verifies each once, so that all are in memory afterwards. */
export async function verifyAll({ verifier, recorder }: Claviger, tokens: readonly string[]) {
  for (let start = 0; start < tokens.length; start += AT_ONCE) {
    const decisions = tokens
      .slice(start, start + AT_ONCE)
      .map((token) => verifier.verify(questionOf(token), EVERYWHERE));
    for (const { valid } of await Promise.all(decisions)) {
      if (!valid) throw new Error('a key was refused');
    }
    // Awaiting SQLite does not turn the event loop, and the lease is renewed by a timer.
    await setImmediate();
  }
  // What waits to be written is not part of the cache.
  await recorder.flush();
}

/** A database of so many keys with its pepper file and the tokens. Made once in a run: a million take minutes. */
export async function storedKeys(runFolder: string, count: number): Promise<string> {
  const path = join(runFolder, `keys-${count}`);
  if (existsSync(tokensIn(path))) return path;
  console.error(`writing ${count.toLocaleString('en-US')} keys to a database …`);
  mkdirSync(path, { recursive: true });
  const { claviger, close } = await openClaviger({ path, remove: () => undefined });
  const tokens = await writeKeys(claviger, count);
  await close();
  const pepper = `1:${PEPPER.toString('base64')}\n`;
  writeFileSync(join(path, 'claviger.pepper'), pepper, { mode: 0o600 });
  // Last: it says that all is there.
  writeFileSync(tokensIn(path), tokens.join('\n'));
  return path;
}

export const databaseIn = (folder: string): string => `sqlite:${join(folder, 'claviger.db')}`;

export const readTokens = (folder: string): string[] =>
  readFileSync(tokensIn(folder), 'latin1').split('\n');

const tokensIn = (folder: string): string => join(folder, 'tokens');

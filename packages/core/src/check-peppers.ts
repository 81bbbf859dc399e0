import { StartError } from './errors.ts';
import type { Storage } from './ports/storage.ts';
import type { Peppers } from './tokens/digest.ts';

/**
 * Compares the peppers at hand with those the database was written under, and registers new ones.
 * Answers the versions that are gone while secrets still need them: their keys are unknown from now on.
 * Throws `StartError` when a pepper has changed under its version: nothing would verify any more.
 */
export async function checkPeppers(
  { peppers: register }: Storage,
  peppers: Peppers,
): Promise<number[]> {
  const known = new Map(
    (await register.known()).map((pepper) => [pepper.version, pepper.fingerprint]),
  );
  const given = peppers.fingerprints();
  for (const { version, fingerprint } of given) {
    const expected = known.get(version);
    if (expected === undefined || expected === fingerprint) continue;
    throw new StartError(
      `Pepper ${version} is not the one this database was written with, so no key in it would be recognized. Restore the original (CLAVIGER_PEPPERS, or the .pepper file beside the database). To introduce a new pepper, add it under a new version and keep this one.`,
    );
  }
  await register.add(given.filter(({ version }) => !known.has(version)));
  const missing: number[] = [];
  for (const version of known.keys()) {
    if (!peppers.versions.includes(version) && (await register.isInUse(version)))
      missing.push(version);
  }
  return missing;
}

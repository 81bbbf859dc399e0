import type { IdentifiedLeak, IdentifiedLeaks, IdentifyLeaks } from '@claviger/contract';
import type { Claviger } from '../claviger.ts';
import { liesWithin, type Caller } from '../scope.ts';
import { splitPresented } from '../tokens/parse-token.ts';
import { lifeRefusal } from '../verification/decide.ts';
import type { SecretEntry } from '../verification/entries.ts';
import { findByToken } from '../verification/find-by-token.ts';

/** Whose tokens these are, as far as the caller may see. Nothing is counted. Rejects with `StorageError`. */
export async function identifyLeaks(
  { directory, clock }: Pick<Claviger, 'directory' | 'clock'>,
  { scope }: Caller,
  { tokens }: IdentifyLeaks,
): Promise<IdentifiedLeaks> {
  const identify = async (token: string): Promise<IdentifiedLeak | null> => {
    const presented = splitPresented(token);
    if (presented === null) return null;
    const found = await findByToken(directory, presented.token, clock.now());
    return found !== null && liesWithin(scope, placeOf(found))
      ? presentLeak(found, clock.now())
      : null;
  };
  return { data: await Promise.all(tokens.map(identify)) };
}

const placeOf = ({ key }: SecretEntry) => ({
  apiId: key.api.id,
  organizationId: key.organization.id,
  environment: key.claim.environment,
});

function presentLeak(found: SecretEntry, nowMs: number): IdentifiedLeak {
  const { key } = found;
  return {
    keyId: key.id,
    secretId: found.id,
    name: key.name,
    ...placeOf(found),
    live: lifeRefusal(found, nowMs) === null,
    public: found.type === 'public',
  };
}

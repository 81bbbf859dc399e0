import { putApiBody, type PutApiInput } from '@claviger/contract';
import type { KeyRecord, OrganizationRecord, SecretRecord } from '../../src/ports/records.ts';
import { EVERYWHERE } from '../../src/scope.ts';
import { decide, type Question } from '../../src/verification/decide.ts';
import {
  claimOf,
  newApiEntry,
  newOrganizationEntry,
  newSecretEntry,
  type ApiEntry,
  type SecretEntry,
} from '../../src/verification/entries.ts';
import { aKey, anApi, anOrganization, aSecret, NOW as T0 } from './records.ts';

/** A second after the records were made. */
export const NOW = T0 + 1_000;

/** Everything a decision is made of, with nothing against it. */
export interface Case {
  readonly api: Partial<PutApiInput>;
  readonly organization: Partial<OrganizationRecord>;
  readonly key: Partial<KeyRecord>;
  readonly secret: Partial<SecretRecord>;
  readonly question: Question;
}

export const FINE: Case = {
  api: { environments: ['production', 'staging'] },
  organization: {},
  key: {},
  secret: {},
  question: {
    apiId: 'interact',
    environment: 'production',
    organizationId: undefined,
    permissions: undefined,
    resources: undefined,
    origin: null,
    ip: null,
    cost: 1,
    publicKey: null,
    scope: EVERYWHERE,
  },
};

export function apiEntryOf(fields: Partial<PutApiInput>): ApiEntry {
  const definition = putApiBody.parse({ ...anApi().definition, presets: [], ...fields });
  return newApiEntry(anApi({ definition }));
}

export function entryOf({ api, organization, key, secret }: Omit<Case, 'question'>): SecretEntry {
  const record = aKey(key);
  return newSecretEntry(
    'hash',
    { key: record, secret: aSecret({ keyId: record.id, ...secret }) },
    apiEntryOf(api),
    newOrganizationEntry(anOrganization(organization)),
    claimOf(record),
  );
}

export const decided = (fields: Case) => decide(entryOf(fields), fields.question, NOW);

export const onKey = (key: Partial<KeyRecord>) => (fields: Case) => ({
  ...fields,
  key: { ...fields.key, ...key },
});
export const onSecret = (secret: Partial<SecretRecord>) => (fields: Case) => ({
  ...fields,
  secret: { ...fields.secret, ...secret },
});
export const onQuestion = (question: Partial<Question>) => (fields: Case) => ({
  ...fields,
  question: { ...fields.question, ...question },
});
export const inScope = (scope: Partial<Question['scope']>) => (fields: Case) =>
  onQuestion({ scope: { ...fields.question.scope, ...scope } })(fields);

export const SCOPED = { customer: ['cus_1', 'cus_2'] };

export const withOrigins = onKey({ allowedOrigins: ['example.com', '*.example.com'] });
export const onPublicKey = onSecret({ type: 'public' });

import type { ApiChanged, Fault, PutApi } from '@claviger/contract';
import { andMore } from '../and-more.ts';
import { auditTarget } from '../audit/audit-target.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import { commit, mutation, unchanged, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Holders, Holdings } from '../ports/committer.ts';
import type { ApiRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertMayWriteApi, assertNotRootPrefix } from './api-rules.ts';
import { presentApi } from './present-api.ts';

/**
 * Defines an API, anew or in place of the definition there was. Throws `RefusedError`: BUILT_IN;
 * STILL_IN_USE when keys hold what the new definition lacks; BEYOND_OWN_RIGHTS for a caller bound to
 * some organizations or environments, since a definition reaches all of them; API_NOT_FOUND when the
 * caller is bound to other APIs.
 */
export function putApi(
  context: Context,
  caller: Caller,
  id: string,
  definition: PutApi,
): Promise<ApiChanged> {
  assertMayWriteApi(caller, id);
  assertNotRootPrefix(definition);
  return commit(context, async (tx) => {
    const before = await tx.lockApi(id, 'write');
    if (before !== null) {
      if (canonicalJson(before.definition) === canonicalJson(definition)) {
        return unchanged({ api: presentApi(before) });
      }
      assertKeepsHoldings(definition, await tx.holdings(id));
    }
    const nowMs = context.clock.now();
    const after: ApiRecord = {
      id,
      definition,
      createdAt: before?.createdAt ?? nowMs,
      updatedAt: nowMs,
    };
    await tx.putApi(after);
    const api = presentApi(after);
    const deed = {
      action: before === null ? 'api.created' : 'api.updated',
      target: auditTarget.api(id),
      before: before === null ? null : presentApi(before),
      after: api,
    } as const;
    return mutation(caller, nowMs, deed, { api });
  });
}

function assertKeepsHoldings(definition: PutApi, held: Holdings): void {
  const idsOf = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
  const kinds = Object.keys(definition.formats).filter(
    (kind) => definition.formats[kind as keyof PutApi['formats']] !== undefined,
  );
  const publishable = definition.permissions.filter((permission) => permission.publishable);
  const faults = [
    ...lacking(held.permissions, idsOf(definition.permissions), '/permissions', 'hold'),
    ...lacking(held.presets, idsOf(definition.presets), '/presets', 'use'),
    ...lacking(held.kinds, kinds, '/formats', 'have the kind'),
    ...lacking(held.environments, definition.environments, '/environments', 'belong to'),
    ...lacking(held.resourceTypes, idsOf(definition.resourceTypes), '/resourceTypes', 'name'),
    ...lacking(held.published, idsOf(publishable), '/permissions', 'publish'),
  ];
  if (faults.length === 0) return;
  throw new RefusedError(
    'STILL_IN_USE',
    'The new definition lacks what keys of this API still use; "errors" counts and names them. Change, revoke or delete these keys first.',
    faults,
  );
}

const singulars: Record<string, string> = {
  hold: 'holds',
  use: 'uses',
  'have the kind': 'has the kind',
  'belong to': 'belongs to',
  name: 'names',
  publish: 'publishes',
};

function lacking(
  held: ReadonlyMap<string, Holders>,
  offered: readonly string[],
  pointer: string,
  verb: string,
): Fault[] {
  return [...held]
    .filter(([id]) => !offered.includes(id))
    .map(([id, { count, examples }]) => ({
      pointer,
      message: `${count === 1 ? `1 key ${singulars[verb]}` : `${count} keys ${verb}`} "${id}", which the new definition lacks: ${andMore(examples, count)}`,
    }));
}

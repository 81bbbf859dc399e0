import { presetPermissions, type ListKeys } from '@claviger/contract';
import { allApis } from '../apis/all-apis.ts';
import type { Context } from '../context.ts';
import type { KeyFilter, PresetOfApi } from '../ports/key-store.ts';
import { narrowedKeys, type Caller } from '../scope.ts';
import { msOf } from '../times.ts';

/** The filters of the contract, by its names. What is left out restricts nothing. */
export type WantedKeys = Pick<
  ListKeys,
  | 'apiId'
  | 'organizationId'
  | 'environment'
  | 'status'
  | 'kind'
  | 'permission'
  | 'resource'
  | 'ownerId'
  | 'replacesKeyId'
  | 'lastUsedBefore'
  | 'createdBefore'
  | 'expiresAfter'
  | 'expiresBefore'
> & {
  readonly ids?: readonly string[] | undefined;
  readonly text?: string | undefined;
  /** Values as text. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
};

/** The filter of the store: what is wanted, within where the caller may look. */
export async function filterOf(
  context: Context,
  caller: Caller,
  wanted: WantedKeys,
): Promise<KeyFilter> {
  const { scope } = caller;
  const [type, ...rest] = wanted.resource?.split(':') ?? [];
  return {
    ...narrowedKeys(scope, wanted),
    status: wanted.status ?? null,
    kind: wanted.kind ?? null,
    permission:
      wanted.permission === undefined
        ? null
        : {
            id: wanted.permission,
            presets: await presetsWith(context, caller, wanted.permission),
          },
    resource: type === undefined ? null : { type, id: rest.join(':') },
    replacesKeyId: wanted.replacesKeyId ?? null,
    ids: wanted.ids ?? null,
    text: wanted.text ?? null,
    lastUsedBefore: msOrNull(wanted.lastUsedBefore),
    createdBefore: msOrNull(wanted.createdBefore),
    expiresAfter: msOrNull(wanted.expiresAfter),
    expiresBefore: msOrNull(wanted.expiresBefore),
    metadata: wanted.metadata ?? {},
  };
}

const msOrNull = (text: string | undefined): number | null =>
  text === undefined ? null : msOf(text);

async function presetsWith(
  context: Context,
  caller: Caller,
  permission: string,
): Promise<PresetOfApi[]> {
  const apis = await allApis(context.storage.keys, caller.scope.apis);
  return apis.flatMap(({ id: apiId, definition }) =>
    definition.presets
      .filter(({ id }) => presetPermissions(definition, id).includes(permission))
      .map(({ id: preset }) => ({ apiId, preset })),
  );
}

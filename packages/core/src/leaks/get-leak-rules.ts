import type { LeakRules, leakRuleFormats } from '@claviger/contract';
import { allApis } from '../apis/all-apis.ts';
import type { Context } from '../context.ts';
import { covers, type Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';
import { leakRulesOf } from './leak-rules.ts';
import { ruleFile } from './rule-files.ts';

interface Asked {
  readonly format: (typeof leakRuleFormats)[number];
  readonly apiId?: string | undefined;
}

/** The rules of every API the caller can see, or of one. Throws `RefusedError` API_NOT_FOUND. */
export async function getLeakRules(
  { storage }: Context,
  { scope }: Caller,
  { format, apiId }: Asked,
): Promise<LeakRules> {
  if (apiId !== undefined && !covers(scope, { apiId })) throw apiNotFound(apiId);
  const apis = await allApis(storage.keys, apiId === undefined ? scope.apis : [apiId]);
  if (apiId !== undefined && apis.length === 0) throw apiNotFound(apiId);
  const rules = apis.toReversed().flatMap(leakRulesOf);
  return { rules, file: ruleFile(rules, format) };
}

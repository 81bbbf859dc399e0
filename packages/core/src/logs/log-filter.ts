import {
  addressFault,
  verificationCodes,
  verificationStatuses,
  type WantedLogs,
} from '@claviger/contract';
import { InvalidRequestError } from '../errors.ts';
import type { Scope } from '../scope.ts';
import { msOf } from '../times.ts';
import { compileAddresses, type AddressMatcher } from '../verification/addresses.ts';
import { containing, equalTo, startingWith } from './text-patterns.ts';

/** What is looked for, made ready. Null restricts nothing. */
export interface LogFilter {
  /** Where the caller may look. */
  readonly scope: Scope;
  readonly keyId: string | null;
  readonly secretId: string | null;
  readonly organizationId: string | null;
  readonly apiId: string | null;
  readonly environment: string | null;
  readonly codes: readonly string[] | null;
  readonly responseStatus: number | null;
  readonly permission: string | null;
  readonly origin: string | null;
  readonly ip: AddressMatcher | null;
  readonly userAgent: RegExp | null;
  readonly method: RegExp | null;
  readonly path: RegExp | null;
  readonly requestId: string | null;
  readonly text: RegExp | null;
  /** What the texts of a chunk must hold, as JSON, for one of its entries to match. */
  readonly inJson: readonly RegExp[];
  /** Both inclusive. */
  readonly from: number | null;
  readonly to: number | null;
}

/** The filters of the contract, within where the caller may look. Throws `InvalidRequestError` for an `ip` that is none. */
export function logFilterOf(scope: Scope, wanted: WantedLogs): LogFilter {
  const { path } = wanted;
  return {
    scope,
    keyId: wanted.keyId ?? null,
    secretId: wanted.secretId ?? null,
    organizationId: wanted.organizationId ?? null,
    apiId: wanted.apiId ?? null,
    environment: wanted.environment ?? null,
    codes: codesOf(wanted),
    responseStatus: wanted.responseStatus ?? null,
    permission: wanted.permission ?? null,
    origin: wanted.origin ?? null,
    ip: wanted.ip === undefined ? null : addressesOf(wanted.ip),
    userAgent: patternOf(wanted.userAgent, containing),
    method: patternOf(wanted.method, equalTo),
    path: patternOf(path, path?.startsWith('/') === true ? startingWith : containing),
    requestId: wanted.requestId ?? null,
    text: patternOf(wanted.q, containing),
    inJson: textsOf(wanted).map(containing),
    from: wanted.from === undefined ? null : msOf(wanted.from),
    to: wanted.to === undefined ? null : msOf(wanted.to) - 1,
  };
}

const patternOf = (text: string | undefined, make: (text: string) => RegExp): RegExp | null =>
  text === undefined ? null : make(text);

/** JSON writes some characters otherwise: texts with them are not looked for there. */
function textsOf(wanted: WantedLogs): string[] {
  const { keyId, secretId, permission, origin, userAgent, method, path, requestId, q } = wanted;
  return [keyId, secretId, permission, origin, userAgent, method, path, requestId, q].filter(
    (text) => text !== undefined && JSON.stringify(text) === `"${text}"`,
  ) as string[];
}

function codesOf({ code, status, valid }: WantedLogs): readonly string[] | null {
  if (code === undefined && status === undefined && valid === undefined) return null;
  return verificationCodes.filter(
    (each) =>
      (code === undefined || code.includes(each)) &&
      (status === undefined || verificationStatuses[each] === status) &&
      (valid === undefined || (each === 'VALID') === valid),
  );
}

const EVERY_ADDRESS = /\/0+$/;

function addressesOf(ip: string): AddressMatcher {
  const fault = EVERY_ADDRESS.test(ip) ? 'means every address: leave it out' : addressFault(ip);
  if (fault !== null) throw new InvalidRequestError([{ pointer: '/query/ip', message: fault }]);
  return compileAddresses([ip]);
}

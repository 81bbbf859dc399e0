import type { Operation, RateLimitState } from '@claviger/contract';
import type { Admission, Caller, Claviger } from '@claviger/core';
import type { z } from 'zod';
import type { Surface } from '../surface.ts';
import type { Source } from './authenticate.ts';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Field<O extends Operation, Name extends 'params' | 'query' | 'body'> = Name extends keyof O
  ? Output<O[Name]>
  : undefined;

/** A request that was authenticated and validated: all a route has to do is its operation. */
export interface RouteRequest<O extends Operation> {
  readonly claviger: Claviger;
  readonly surface: Surface;
  readonly caller: Caller;
  /** For operations open to any key: the presented one. */
  readonly presented: { readonly keyId: string; readonly type: 'secret' | 'public' | null } | null;
  readonly params: Field<O, 'params'>;
  readonly query: Field<O, 'query'>;
  readonly body: Field<O, 'body'>;
}

export type RouteAnswer<O extends Operation> = z.input<O['success']['schema']>;

/** A request whose body is worked on line by line while it comes. */
export interface LinesRequest {
  readonly claviger: Claviger;
  /** The bytes as they come. Reading rejects when the client goes away. */
  readonly lines: AsyncIterable<Uint8Array>;
  /** Who asks, as of now. Rejects with `UnauthorizedError` once the key is not accepted any more. */
  readonly authorize: () => Promise<Caller>;
  /** Writes a fault of ours to the log. */
  readonly report: (error: unknown) => void;
}

/** Keeps strangers from having their bodies read and parsed. */
export interface Gate {
  /** Before the body is read: throws where it is not worth reading. What it takes is given back to who proves who they are. */
  readonly admit: (request: OpenHead) => Admission;
  /** Before the body is parsed: rejects unless it is theirs. */
  readonly prove: (request: OpenHead, body: Buffer) => Promise<void>;
}

/** What is known of a request to an operation that is open to everyone before its body is read. */
export type OpenHead = Pick<OpenRequest<Operation>, 'surface' | 'source' | 'headers'>;

/** A request to an operation that is open to everyone. */
export interface OpenRequest<O extends Operation> extends Omit<
  RouteRequest<O>,
  'caller' | 'presented'
> {
  readonly source: Source;
  readonly headers: Headers;
  /** To be told with the answer. */
  readonly showLimits: (limits: readonly RateLimitState[]) => void;
  /** The value of a `Set-Cookie`. */
  readonly setCookie: (value: string) => void;
}

export interface Route<O extends Operation = Operation> {
  readonly operation: O;
  readonly handle: (request: RouteRequest<O>) => Promise<RouteAnswer<O>>;
  /** Answers `lines` of the operation, some at a time. */
  readonly handleLines?: (request: LinesRequest) => AsyncIterable<readonly object[]>;
  /** Of an operation that is open to everyone, in the place of `handle`. */
  readonly handleOpen?: (request: OpenRequest<O>) => Promise<RouteAnswer<O>>;
  /** Of one that is open to everyone and takes what somebody in particular has signed. */
  readonly gate?: Gate;
  /** Of an operation that exports, in the place of `handle`: its entries, some at a time. */
  readonly exportEntries?: (request: RouteRequest<O>) => AsyncIterable<readonly object[]>;
}

/** One operation and what it does. */
export function route<O extends Operation>(
  operation: O,
  handle: (request: RouteRequest<O>) => Promise<RouteAnswer<O>>,
): Route {
  return { operation, handle } as unknown as Route;
}

/** One that takes its body line by line, too. */
export function linesRoute<O extends Operation>(
  operation: O,
  handle: (request: RouteRequest<O>) => Promise<RouteAnswer<O>>,
  handleLines: NonNullable<Route['handleLines']>,
): Route {
  return { ...route(operation, handle), handleLines };
}

/** One that asks for no key. */
export function openRoute<O extends Operation>(
  operation: O,
  handleOpen: (request: OpenRequest<O>) => Promise<RouteAnswer<O>>,
  gate?: Gate,
): Route {
  return { operation, handle: notHandled, handleOpen, gate } as unknown as Route;
}

/**
 * One that writes its entries as they are read. What it throws before the first entries is answered as a
 * problem; what it throws later breaks the connection off, so that nobody takes a part for the whole.
 */
export function exportRoute<O extends Operation>(
  operation: O,
  exportEntries: (
    request: RouteRequest<O>,
  ) => AsyncIterable<readonly z.input<O['success']['schema']>[]>,
): Route {
  return { operation, handle: notHandled, exportEntries } as unknown as Route;
}

function notHandled(): never {
  throw new Error('this operation is served by another handler');
}

import type { Operation } from '@claviger/contract';
import type { Caller, Claviger } from '@claviger/core';
import type { z } from 'zod';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Field<O extends Operation, Name extends 'params' | 'query' | 'body'> = Name extends keyof O
  ? Output<O[Name]>
  : undefined;

/** A request that was authenticated and validated: all a route has to do is its operation. */
export interface RouteRequest<O extends Operation> {
  readonly claviger: Claviger;
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

export interface Route<O extends Operation = Operation> {
  readonly operation: O;
  readonly handle: (request: RouteRequest<O>) => Promise<RouteAnswer<O>>;
  /** Answers `lines` of the operation, some at a time. */
  readonly handleLines?: (request: LinesRequest) => AsyncIterable<readonly object[]>;
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

import type {
  listResourcesQuery,
  PutResource,
  Resource,
  ResourceDeleted,
  ResourcePut,
} from '@claviger/contract';
import { listing, type Listing, type Query } from './listing.ts';
import type { Transport } from './transport.ts';

export type ListResourcesOptions = Query<typeof listResourcesQuery>;

/** The directory of an organization: names for the resources that keys are scoped to. */
export class ResourcesClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Names it, or renames it. */
  put(organizationId: string, type: string, id: string, body: PutResource): Promise<ResourcePut> {
    const path = pathOf(organizationId, type, id);
    return this.#transport.send({ method: 'PUT', path, body });
  }

  get(organizationId: string, type: string, id: string): Promise<Resource> {
    return this.#transport.send({ method: 'GET', path: pathOf(organizationId, type, id) });
  }

  /** Those of one type, newest first. */
  list(
    organizationId: string,
    type: string,
    options: ListResourcesOptions = {},
  ): Listing<Resource> {
    return listing(this.#transport, pathOf(organizationId, type), options);
  }

  /** Refused while keys are scoped to it. */
  delete(organizationId: string, type: string, id: string): Promise<ResourceDeleted> {
    return this.#transport.send({ method: 'DELETE', path: pathOf(organizationId, type, id) });
  }
}

const pathOf = (organizationId: string, ...rest: readonly string[]): string =>
  ['/v1/organizations', ...[organizationId, 'resources', ...rest].map(encodeURIComponent)].join(
    '/',
  );

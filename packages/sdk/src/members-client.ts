import type {
  CreateInvitationInput,
  CreateRecoveryInput,
  Invitation,
  InvitationMade,
  InvitationRevoked,
  RecoveryMade,
  listInvitationsQuery,
  listMembersQuery,
  Member,
  MemberChanged,
  MemberRemoved,
  PatchMember,
} from '@claviger/contract';
import { listing, type Listing, type Query } from './listing.ts';
import type { Transport } from './transport.ts';

export type ListMembersOptions = Query<typeof listMembersQuery>;
export type ListInvitationsOptions = Query<typeof listInvitationsQuery>;

export interface RemoveMemberOptions {
  /** The keys of the organization that are theirs, too. */
  readonly revokeKeys?: boolean;
}

/** Who belongs to an organization. Those of `claviger` are the operators. */
export class MembersClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(organizationId: string, options: ListMembersOptions = {}): Listing<Member> {
    return listing(this.#transport, pathOf(organizationId, 'members'), options);
  }

  /** Gives them another role; it holds from their next request on. */
  update(organizationId: string, userId: string, body: PatchMember): Promise<MemberChanged> {
    const path = pathOf(organizationId, 'members', userId);
    return this.#transport.send({ method: 'PATCH', path, body });
  }

  /** When this resolves, their next request is refused, and with `revokeKeys` so are their keys. */
  remove(
    organizationId: string,
    userId: string,
    options: RemoveMemberOptions = {},
  ): Promise<MemberRemoved> {
    const path = pathOf(organizationId, 'members', userId);
    return this.#transport.send({ method: 'DELETE', path, query: { ...options } });
  }
}

/** Those who were asked to join an organization and have not yet. */
export class InvitationsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the link, the only time it is shown. */
  create(organizationId: string, body: CreateInvitationInput): Promise<InvitationMade> {
    const path = pathOf(organizationId, 'invitations');
    return this.#transport.send({ method: 'POST', path, body });
  }

  list(organizationId: string, options: ListInvitationsOptions = {}): Listing<Invitation> {
    return listing(this.#transport, pathOf(organizationId, 'invitations'), options);
  }

  /** A new link for 7 days more; the one before ends. */
  renew(organizationId: string, invitationId: string): Promise<InvitationMade> {
    const path = pathOf(organizationId, 'invitations', invitationId, 'renew');
    return this.#transport.send({ method: 'POST', path });
  }

  revoke(organizationId: string, invitationId: string): Promise<InvitationRevoked> {
    const path = pathOf(organizationId, 'invitations', invitationId);
    return this.#transport.send({ method: 'DELETE', path });
  }
}

/** People who signed in before and cannot any more. */
export class RecoveriesClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the link to a new password, the only time it is shown. For operators. */
  create(body: CreateRecoveryInput): Promise<RecoveryMade> {
    return this.#transport.send({ method: 'POST', path: '/v1/recoveries', body });
  }
}

const pathOf = (...segments: readonly string[]): string =>
  ['/v1/organizations', ...segments.map(encodeURIComponent)].join('/');

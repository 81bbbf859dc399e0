import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query';
import type { Session } from '@claviger/contract';
import { clientFor } from './api.ts';

/** One of those that somebody may go to. */
export interface Place {
  readonly id: string;
  readonly name: string;
}

/** As many as fit into a list that is looked through by eye. */
const SHOWN = 20;

/** Undefined: the page is about none, and nothing is asked. */
export const organizationQuery = (organizationId: string | undefined) =>
  queryOptions({
    queryKey: ['organization', organizationId],
    staleTime: 60_000,
    queryFn:
      organizationId === undefined
        ? skipToken
        : () => clientFor(organizationId).organizations.get(organizationId),
  });

/** Those whose name or id holds the text: of an operator all, of anybody else their own. */
export const placesQuery = ({ user, memberships }: Session, text: string) =>
  queryOptions({
    queryKey: ['places', user.id, text],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<Place[]> => {
      if (user.operator) {
        const q = text.trim();
        const asked = { limit: SHOWN, ...(q !== '' && { q }) };
        return (await clientFor(null).organizations.list(asked)).data;
      }
      return memberships
        .map(({ organizationId: id, organizationName: name }) => ({ id, name }))
        .filter(({ id, name }) => holds(`${name} ${id}`, text))
        .slice(0, SHOWN);
    },
  });

/** Whether each word that was typed is in the text, in either case. */
export const holds = (text: string, typed: string): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));

/** Whether there is another one to go to. */
export const hasChoice = ({ user, memberships }: Session): boolean =>
  user.operator || memberships.length > 1;

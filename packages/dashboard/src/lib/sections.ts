import type { RootPermission } from '@claviger/contract';
import { texts } from '../texts.ts';

/** A page of an organization's settings that stands in its navigation. */
export interface Section {
  readonly to: '/org/$organizationId/settings/api-keys' | '/org/$organizationId/settings/members';
  readonly name: string;
  /** Whoever does not hold it is not shown the way. */
  readonly needs: RootPermission;
}

/** In the order in which they stand. */
export const sections: readonly Section[] = [
  { to: '/org/$organizationId/settings/api-keys', name: texts.keys.title, needs: 'keys:read' },
  { to: '/org/$organizationId/settings/members', name: texts.members.title, needs: 'members:read' },
];

export const sectionsFor = (held: readonly string[]): Section[] =>
  sections.filter(({ needs }) => held.includes(needs));

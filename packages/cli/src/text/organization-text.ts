import type { Organization } from '@claviger/sdk';
import { fields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import type { Column } from './table.ts';
import { fullTime, relativeTime } from './times.ts';

export const organizationName = ({ id, name }: Organization): string =>
  `${id} "${plainLine(name)}"`;

const statusOf = ({ suspended }: Organization): string => (suspended ? 'suspended' : 'active');

export const organizationColumns: readonly Column<Organization>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  {
    heading: 'STATUS',
    text: statusOf,
    color: (status) => (status === 'suspended' ? 'red' : 'green'),
  },
  { heading: 'CREATED', text: ({ createdAt }) => relativeTime(createdAt), expendable: 1 },
];

export function organizationFields(organization: Organization): string {
  return fields([
    ['Id', organization.id],
    ['Name', organization.name],
    ['Status', statusOf(organization)],
    ['Created', fullTime(organization.createdAt)],
    ['Updated', fullTime(organization.updatedAt)],
  ]);
}

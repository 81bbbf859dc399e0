import type { AuditEvent } from '@claviger/sdk';
import { fields } from './fields.ts';
import type { Column } from './table.ts';
import { fullTime, relativeTime } from './times.ts';

const actorText = ({ actor }: AuditEvent): string => `${actor.type} ${actor.id}`;
const targetText = ({ target }: AuditEvent): string => `${target.type} ${target.id}`;

export const auditColumns: readonly Column<AuditEvent>[] = [
  { heading: 'SEQUENCE', text: ({ sequence }) => String(sequence), expendable: 4 },
  { heading: 'WHEN', text: ({ at }) => relativeTime(at) },
  { heading: 'ACTION', text: ({ action }) => action },
  { heading: 'TARGET', text: targetText, minWidth: 12 },
  { heading: 'BY', text: actorText, minWidth: 12, expendable: 1 },
  { heading: 'FROM', text: ({ ip }) => ip ?? '', expendable: 2 },
  { heading: 'ID', text: ({ id }) => id, expendable: 3 },
];

export function auditFields(event: AuditEvent): string {
  const { target, requestId } = event;
  return [
    fields([
      ['Id', event.id],
      ['Sequence', String(event.sequence)],
      ['When', fullTime(event.at)],
      ['Action', event.action],
      ['Target', targetText(event)],
      ['API', target.apiId],
      ['Organization', target.organizationId],
      ['Environment', target.environment],
      ['By', actorText(event)],
      ['From', event.ip ?? 'this machine'],
      ['Request id', requestId ?? undefined],
      ['Changed', changesText(event)],
      ['Previous', event.previousHash],
      ['Hash', event.hash],
    ]),
  ].join('\n');
}

/** A member to a line, as it was and as it is; of what appeared or went, all there is. */
function changesText({ before, after }: AuditEvent): string {
  const [was, is] = [membersOf(before), membersOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const lines = names
    .map((name) => [name, JSON.stringify(was[name]), JSON.stringify(is[name])] as const)
    .filter(([, old, now]) => old !== now)
    .map(([name, old, now]) =>
      old === undefined
        ? `${name}: ${now}`
        : now === undefined
          ? `${name}: was ${old}`
          : `${name}: ${old} → ${now}`,
    );
  return lines.length === 0 ? 'nothing' : lines.join('\n');
}

const membersOf = (state: AuditEvent['before']): Readonly<Record<string, unknown>> =>
  typeof state === 'object' && state !== null && !Array.isArray(state) ? state : {};

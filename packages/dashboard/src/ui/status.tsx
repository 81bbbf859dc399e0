import type { Key } from '@claviger/contract';
import { texts } from '../texts.ts';

const LOOKS: Record<Key['status'], string> = {
  active: 'bg-good-soft text-good',
  inactive: 'bg-sunken text-muted',
  expired: 'bg-warn-soft text-warn',
  revoked: 'bg-bad-soft text-bad',
};

export const Status = ({ of: status }: { of: Key['status'] }) => (
  <span className={`inline-block rounded-full px-2.5 py-0.5 text-xs font-medium ${LOOKS[status]}`}>
    {texts.keys.statuses[status]}
  </span>
);

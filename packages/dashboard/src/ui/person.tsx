import { useNames } from '../lib/members.ts';

/** Whoever a key belongs to, by name where the organization knows them: platforms may put ids of their own. */
export function Person({ id }: { id: string }) {
  const nameOf = useNames();
  return (
    <span title={id} className="wrap-anywhere">
      {nameOf(id) ?? id}
    </span>
  );
}

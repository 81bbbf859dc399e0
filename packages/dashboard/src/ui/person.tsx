import { texts } from '../texts.ts';

/** Whoever a key belongs to, in every place where a page says so. */
export const Person = ({ id }: { id: string | null }) =>
  id === null ? (
    <span className="text-muted">{texts.keys.nobody}</span>
  ) : (
    <span title={id}>{id}</span>
  );

import type { Api } from '@claviger/contract';
import { useId, useState } from 'react';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { INPUT } from '../ui/look.ts';
import { Option } from './field-group.tsx';
import { groupsOf, type PermissionGroup } from './permission-groups.ts';

const words = fieldTexts.permissions;

/** From this many on they are searched, and scroll within a frame. */
const MANY = 11;

interface PermissionListProps {
  permissions: Api['permissions'];
  /** For a key that everybody can read. */
  publicOnly: boolean;
  value: readonly string[];
  onChange: (ids: readonly string[]) => void;
}

export function PermissionList(props: PermissionListProps) {
  const { permissions, publicOnly, value, onChange } = props;
  const [q, setQ] = useState('');
  const chosen = new Set(value);
  const wanted = q.trim().toLowerCase();
  const shown = permissions.filter(({ id, name, description = '' }) =>
    [id, name, description].some((text) => text.toLowerCase().includes(wanted)),
  );
  const set = (ids: readonly string[], on: boolean) => {
    const others = value.filter((id) => !ids.includes(id));
    onChange(on ? [...others, ...ids] : others);
  };
  const many = permissions.length >= MANY;
  return (
    <div className="grid min-w-0 gap-3">
      {many && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <input
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={q}
            onChange={(event) => setQ(event.target.value)}
            // It would send the form, which is not finished while somebody searches.
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
            className={`${INPUT} h-9 w-full max-w-xs px-3`}
          />
          <span role="status" className="text-sm text-muted">
            {shown.length === 0
              ? words.none
              : fill(words.count, {
                  chosen: String(chosen.size),
                  all: String(permissions.length),
                })}
          </span>
        </div>
      )}
      <div className={many ? 'grid max-h-96 gap-4 overflow-y-auto pr-1' : 'grid gap-4'}>
        {groupsOf(shown, permissions).map((group) => (
          <Group key={group.title} {...{ group, publicOnly, chosen, set }} wide={many} />
        ))}
      </div>
    </div>
  );
}

interface GroupProps {
  group: PermissionGroup;
  publicOnly: boolean;
  chosen: ReadonlySet<string>;
  set: (ids: readonly string[], on: boolean) => void;
  /** Two beside each other, where there is room. */
  wide: boolean;
}

function Group({ group: { title, members }, publicOnly, chosen, set, wide }: GroupProps) {
  const id = useId();
  const barred = (publishable: boolean) => publicOnly && !publishable;
  const free = members.filter(({ publishable }) => !barred(publishable)).map(({ id }) => id);
  const all = free.length > 0 && free.every((each) => chosen.has(each));
  const action = all ? words.selectNone : words.selectAll;
  return (
    <div role="group" aria-labelledby={id} className="grid gap-2">
      <div className="flex items-center gap-3">
        <span id={id} className="text-sm font-medium text-muted">
          {title}
        </span>
        {free.length > 1 && (
          <button
            type="button"
            aria-label={fill(words.ofGroup, { action, group: title })}
            onClick={() => set(free, !all)}
            className="min-h-6 text-sm text-accent underline underline-offset-4"
          >
            {action}
          </button>
        )}
      </div>
      <div className={wide ? 'grid gap-2 sm:grid-cols-2' : 'grid gap-2'}>
        {members.map(({ id: permission, name, description, publishable }) => (
          <Option
            key={permission}
            type="checkbox"
            name="permission"
            title={name}
            mark={<span className="font-mono text-xs font-normal text-muted">{permission}</span>}
            hint={barred(publishable) ? words.publishableOnly : description}
            checked={chosen.has(permission) && !barred(publishable)}
            disabled={barred(publishable)}
            onChange={() => set([permission], !chosen.has(permission))}
          />
        ))}
      </div>
    </div>
  );
}

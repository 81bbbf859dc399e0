import type { Resource } from '@claviger/contract';
import { Link } from '@tanstack/react-router';
import { DropdownMenu } from 'radix-ui';
import { useRef, useState, type Ref } from 'react';
import { flushSync } from 'react-dom';
import { linkToScopedKeys } from '../lib/links.ts';
import { fill, texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';
import { MENU, MENU_ITEM } from '../ui/look.ts';
import { Time } from '../ui/time.tsx';
import { RemoveResource } from './remove-resource.tsx';
import { RenameResource } from './rename-resource.tsx';

const { columns } = texts.resources;

interface TableProps {
  /** Null while they are not there yet. */
  resources: readonly Resource[] | null;
  /** Left out: whoever looks may not change them. */
  onChanged?: () => Promise<void>;
}

export function ResourceTable({ resources, onChanged }: TableProps) {
  const heading = 'px-3 py-2.5 font-medium';
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-left text-sm" aria-busy={resources === null}>
        <caption className="sr-only">{texts.resources.title}</caption>
        <thead className="border-b border-line text-muted">
          <tr>
            <th scope="col" className={heading}>
              {columns.name}
            </th>
            <th scope="col" className={`${heading} max-sm:hidden`}>
              {columns.id}
            </th>
            <th scope="col" className={`${heading} max-md:hidden`}>
              {columns.created}
            </th>
            <th scope="col" className={`${heading} max-sm:hidden`}>
              {columns.keys}
            </th>
            {onChanged !== undefined && (
              <th scope="col" className="w-12 px-3">
                <span className="sr-only">{columns.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {resources === null ? (
            <Placeholders />
          ) : (
            resources.map((resource) => (
              <Row
                key={`${resource.type}:${resource.id}`}
                of={resource}
                {...(onChanged !== undefined && { onChanged })}
              />
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  of: Resource;
  onChanged?: () => Promise<void>;
}

function Row({ of: resource, onChanged }: RowProps) {
  const { id, name, createdAt } = resource;
  const [doing, setDoing] = useState<Deed | null>(null);
  const menu = useRef<HTMLButtonElement>(null);
  const stop = () => {
    flushSync(() => setDoing(null));
    // What had the focus is gone; the row is where one was.
    menu.current?.focus();
  };
  return (
    <tr className="h-13">
      <th scope="row" className="max-w-72 break-words px-3 py-2 font-medium max-sm:max-w-none">
        {doing === 'rename' && onChanged !== undefined ? (
          <RenameResource of={resource} onDone={stop} onChanged={onChanged} />
        ) : (
          <>
            {name}
            <span className="block break-all font-mono text-xs font-normal text-muted sm:hidden">
              {id}
            </span>
            <span className="font-normal sm:hidden">
              <KeysLink of={resource} />
            </span>
          </>
        )}
      </th>
      <td className="max-w-60 break-all px-3 py-2 font-mono text-xs max-sm:hidden">{id}</td>
      <td className="px-3 py-2 max-md:hidden">
        <Time value={createdAt} none="" />
      </td>
      <td className="whitespace-nowrap px-3 py-2 max-sm:hidden">
        <KeysLink of={resource} />
      </td>
      {onChanged !== undefined && (
        <td className="px-2 py-2 text-right">
          <RowMenu ref={menu} name={name} onChoose={setDoing} />
          {doing === 'remove' && (
            <RemoveResource of={resource} onDone={stop} onChanged={onChanged} />
          )}
        </td>
      )}
    </tr>
  );
}

const KeysLink = ({ of: { organizationId, type, id, name } }: { of: Resource }) => (
  <Link
    {...linkToScopedKeys(organizationId, type, id)}
    aria-label={`${texts.resources.showKeys}: ${name}`}
    className="text-accent hover:underline"
  >
    {texts.resources.showKeys}
  </Link>
);

type Deed = 'rename' | 'remove';

interface RowMenuProps {
  ref: Ref<HTMLButtonElement>;
  name: string;
  onChoose: (deed: Deed) => void;
}

function RowMenu({ ref, name, onChoose }: RowMenuProps) {
  // What is opened takes the focus, once the menu has let go of it.
  const chosen = useRef<Deed>(null);
  const item = (deed: Deed, look = '') => (
    <DropdownMenu.Item
      className={`${MENU_ITEM} ${look}`}
      onSelect={() => {
        chosen.current = deed;
      }}
    >
      {texts.resources[deed]}
    </DropdownMenu.Item>
  );
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        ref={ref}
        aria-label={fill(texts.resources.actions, { name })}
        className="inline-grid size-8 place-items-center rounded-md text-muted transition-colors hover:bg-sunken hover:text-text data-[state=open]:bg-sunken"
      >
        <Icon of="more" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className={MENU}
          onCloseAutoFocus={(event) => {
            if (chosen.current === null) return;
            event.preventDefault();
            onChoose(chosen.current);
            chosen.current = null;
          }}
        >
          {item('rename')}
          {item('remove', 'text-bad')}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

const Placeholders = () =>
  PLACEHOLDERS.map((row) => (
    <tr key={row} aria-hidden className="h-13">
      {['', 'max-sm:hidden', 'max-md:hidden', 'max-sm:hidden'].map((from, column) => (
        <td key={`${row}${column}`} className={`px-3 py-2 ${from}`}>
          <span className="block h-4 w-24 animate-pulse rounded bg-sunken" />
        </td>
      ))}
    </tr>
  ));

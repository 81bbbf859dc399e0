import type { Api, Effective, Key, PatchKey } from '@claviger/contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { clockTime, exactTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { useMessages } from '../../ui/messages.tsx';

/** What is asked before it is done. */
export type Asked =
  | { readonly to: 'rotate' | 'regenerate' | 'disable' | 'revoke' | 'restore' | 'remove' }
  | { readonly to: 'endSecret'; readonly secretId: string; readonly hint: string };

/** A field that has an editor of its own. */
export type EditedField = Exclude<keyof PatchKey, 'preset'>;

/** The editors that are open, with what is suggested for each. */
export type Edited = { readonly [Field in EditedField]?: PatchKey | undefined };

/** The key, and what the parts of its page can have done. */
export interface KeyView {
  readonly key: Key;
  /** Null: it could not be read, and what it names is shown by its id. */
  readonly api: Api | null;
  readonly held: readonly string[];
  /** Their role is for keys of their own, which stay theirs. */
  readonly ownOnly: boolean;
  readonly ask: (asked: Asked) => void;
  /** Shows what has to be read until somebody says that they have. */
  readonly warn: (text: string) => void;
  /** Opens the editor of a field, with what is suggested for it. */
  readonly edit: (field: EditedField, suggested?: PatchKey) => void;
}

export const KeyViewing = createContext<KeyView | null>(null);

export function useKeyView(): KeyView {
  const view = useContext(KeyViewing);
  if (view === null) throw new Error('There is no key around this.');
  return view;
}

/** Says of a change that it holds, and shows the key as it is since then; every part of the page is brought up to date. */
export function useChanged(): (what: string, effective: Effective, key?: Key) => Promise<void> {
  const queryClient = useQueryClient();
  const say = useMessages();
  const { warn } = useKeyView();
  return async (what, effective, key) => {
    if (key !== undefined) queryClient.setQueryData(['key', key.id], key);
    const text = effectText(what, effective);
    if (effective.everywhere) say(text);
    else warn(text);
    await queryClient.invalidateQueries({ queryKey: ['keys'] });
    if (key !== undefined) await queryClient.invalidateQueries({ queryKey: ['key', key.id] });
  };
}

/** Where a change is in force: what the server promises in its answer. */
export function effectText(what: string, { everywhere, at, unreachable }: Effective): string {
  if (everywhere) return fill(keyPageTexts.everywhere, { what, time: clockTime(at) });
  const last = unreachable.map(({ until }) => until).toSorted();
  return fill(keyPageTexts.notEverywhere, {
    what,
    nodes: unreachable.map(({ node }) => node).join(', '),
    time: exactTime(last.at(-1) ?? at),
  });
}

import { useState } from 'react';
import { download } from '../lib/download.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ShownOnce, StoredBox } from '../ui/shown-once.tsx';

const words = texts.account.secondFactor.codes;

/** Shows them once. Whoever renders it forgets them when `onDone` is called. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const [stored, setStored] = useState(false);
  const text = `${codes.join('\n')}\n`;
  return (
    <ShownOnce title={words.title} body={words.body} className="max-w-md gap-4">
      <div data-copied className="grid gap-4">
        <pre
          aria-label={words.what}
          className="rounded-md bg-sunken px-4 py-3 font-mono text-sm leading-7 min-[24rem]:columns-2"
        >
          {codes.join('\n')}
        </pre>
        <div className="flex flex-wrap gap-3">
          <CopyButton text={text} what={words.what} />
          <Button onClick={() => download('claviger-backup-codes.txt', text)}>
            {words.download}
          </Button>
        </div>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <StoredBox label={words.stored} checked={stored} onChange={setStored} />
        <Button look="primary" disabled={!stored} onClick={onDone} className="ml-auto">
          {words.close}
        </Button>
      </div>
    </ShownOnce>
  );
}

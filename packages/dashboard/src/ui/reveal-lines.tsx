import { Tabs } from 'radix-ui';
import { keyLines } from '../lib/key-lines.ts';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';

const words = texts.reveal;

/** How a program comes by the key, each way behind a tab. */
export function RevealLines({ variable, credential }: { variable: string; credential: string }) {
  const lines = keyLines(variable, credential);
  return (
    <Tabs.Root defaultValue="bash" className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2">
      <Tabs.List aria-label={words.use} className="flex flex-wrap gap-1">
        {lines.map(({ id, name }) => (
          <Tabs.Trigger
            key={id}
            value={id}
            className="rounded-md px-2.5 py-1 text-sm text-muted data-[state=active]:bg-sunken data-[state=active]:text-text"
          >
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {lines.map(({ id, name, text }) => (
        <Tabs.Content
          key={id}
          value={id}
          data-copied
          className="flex flex-col gap-2 sm:flex-row sm:items-start"
        >
          {/* As high as the longest, so that nothing jumps from one to the next. */}
          <pre
            tabIndex={0}
            className="h-32 min-w-0 overflow-auto sm:flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-relaxed"
          >
            {text}
          </pre>
          <CopyButton text={text} what={name} />
        </Tabs.Content>
      ))}
      <p className="text-sm text-muted">{words.address}</p>
    </Tabs.Root>
  );
}

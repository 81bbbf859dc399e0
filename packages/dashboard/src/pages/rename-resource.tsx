import type { Resource } from '@claviger/contract';
import { clientFor } from '../lib/api.ts';
import { fill, texts } from '../texts.ts';
import { useMessages } from '../ui/messages.tsx';
import { RenameForm } from '../ui/rename-form.tsx';

interface RenameProps {
  of: Resource;
  onDone: () => void;
  onChanged: () => Promise<void>;
}

/** In the place of the name. */
export function RenameResource({ of: resource, onDone, onChanged }: RenameProps) {
  const { organizationId, type, id, name } = resource;
  const { resources } = clientFor(organizationId).organizations;
  const say = useMessages();
  const rename = async (to: string) => {
    const renamed = await resources.put(organizationId, type, id, { name: to });
    await onChanged();
    say(fill(texts.resources.done.renamed, { name: renamed.resource.name }));
  };
  return (
    <RenameForm
      label={fill(texts.resources.newName, { id })}
      name={name}
      maxLength={200}
      rename={rename}
      onDone={onDone}
    />
  );
}

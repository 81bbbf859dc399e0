import { Dialog, Tabs } from 'radix-ui';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { namesOf, type ResourceType } from '../lib/resource-types.ts';
import { fill, texts } from '../texts.ts';
import { DIALOG, OVERLAY, SEGMENT, SEGMENTS } from '../ui/look.ts';
import { AddManyResources } from './add-many-resources.tsx';
import { AddOneResource } from './add-one-resource.tsx';

export interface AddResourcesProps {
  organizationId: string;
  type: ResourceType;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

const words = texts.resources.adding;

/** One by its fields, or many by their lines. */
export function AddResources(props: AddResourcesProps) {
  const giveBack = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content
          // What was typed is not lost by a slip of the pointer.
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={giveBack}
          className={`${DIALOG} max-w-lg gap-4`}
        >
          <Dialog.Title className="text-lg font-semibold">
            {fill(words.title, namesOf(props.type))}
          </Dialog.Title>
          <Dialog.Description className="text-muted">{words.body}</Dialog.Description>
          <Tabs.Root defaultValue="one" className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Tabs.List aria-label={words.how} className={SEGMENTS}>
              <Tabs.Trigger value="one" className={`${SEGMENT} flex-1`}>
                {words.one}
              </Tabs.Trigger>
              <Tabs.Trigger value="many" className={`${SEGMENT} flex-1`}>
                {words.many}
              </Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="one" tabIndex={-1}>
              <AddOneResource {...props} />
            </Tabs.Content>
            <Tabs.Content value="many" tabIndex={-1}>
              <AddManyResources {...props} />
            </Tabs.Content>
          </Tabs.Root>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

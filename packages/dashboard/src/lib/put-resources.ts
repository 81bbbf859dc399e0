import { ClavigerError } from '@claviger/sdk';
import { clientFor, explain } from './api.ts';
import type { ResourceLine } from './resource-lines.ts';
import { wantsSignIn } from './session.ts';

/** Requests at once: the server commits them together, and others get their turn. */
const AT_ONCE = 4;

export interface Report {
  readonly saved: number;
  /** Each with its fault. */
  readonly failed: readonly ResourceLine[];
}

/** Names them all; those that the server refuses are reported. Throws when nobody is signed in any more. */
export async function putResources(
  { organizationId, type }: { organizationId: string; type: string },
  lines: readonly ResourceLine[],
  onEach: () => void,
): Promise<Report> {
  const { resources } = clientFor(organizationId).organizations;
  const put = async (line: ResourceLine): Promise<ResourceLine> => {
    if (line.fault !== null) return line;
    try {
      await resources.put(organizationId, type, line.id, { name: line.name });
      return line;
    } catch (error) {
      if (wantsSignIn(error)) throw error;
      return { ...line, fault: reasonOf(error) };
    }
  };
  const answered = await inTurn(lines, put, onEach);
  const failed = answered.filter(({ fault }) => fault !== null);
  return { saved: answered.length - failed.length, failed };
}

const reasonOf = (error: unknown): string =>
  (error instanceof ClavigerError && error.faults[0]?.message) || explain(error);

/** Some at once, each worker taking the next; answers in the order asked. Ends with the first that throws. */
async function inTurn<Item, Answer>(
  items: readonly Item[],
  act: (item: Item) => Promise<Answer>,
  onEach: () => void,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = items.entries();
  let isBroken = false;
  const work = async () => {
    for (const [index, item] of queue) {
      if (isBroken) return;
      answers[index] = await act(item);
      onEach();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work)).catch((error: unknown) => {
    isBroken = true;
    throw error;
  });
  return answers;
}

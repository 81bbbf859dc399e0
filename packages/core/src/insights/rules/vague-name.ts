import { nameWarnings } from '../../keys/name-warnings.ts';
import { isoTime } from '../../times.ts';
import { findingAbout, type ExaminedKey, type Rule } from '../examined-key.ts';

/** Ids of organizations may be longer than a name. */
const MAX_OWNER = 60;

/** A name that tells nobody what breaks when the key is revoked. */
export const vagueName: Rule = (examined) => {
  const { key } = examined;
  const [warning] = nameWarnings(key.name);
  if (warning === undefined) return null;
  const name = suggestedName(examined);
  return findingAbout('VAGUE_NAME', examined, {
    severity: 'low',
    title: `Nobody can tell what "${key.name}" is for.`,
    evidence: { name: key.name, message: warning.message },
    action: {
      summary:
        'Name what uses it, and where. The name here says only what is known: put a better one in its place.',
      method: 'PATCH',
      path: `/v1/keys/${key.id}`,
      body: { name },
      command: `claviger keys update ${key.id} --name "${name}"`,
    },
    since: key.createdAt,
  });
};

function suggestedName({ key }: ExaminedKey): string {
  const whose = (key.ownerId ?? key.organizationId).slice(0, MAX_OWNER);
  return `${whose} in ${key.environment}, since ${isoTime(key.createdAt).slice(0, 10)}`;
}

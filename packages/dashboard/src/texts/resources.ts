/** Every English text about customers and other resources. */
export const resourceTexts = {
  title: 'Resources',
  intro: 'Names for what keys can be scoped to. Programs use the ids; the names are for people.',
  types: 'Kinds of resources',
  search: 'Search by name or id',
  columns: { name: 'Name', id: 'Id', created: 'Added', keys: 'Keys', actions: 'Actions' },
  showKeys: 'Show keys',
  actions: 'What to do with {name}',
  add: 'Add {plural}',
  rename: 'Rename',
  newName: 'New name of {id}',
  remove: 'Remove',
  first: 'Newest',
  older: 'Older',
  empty: {
    title: 'No {plural} yet',
    body: 'A key can be scoped to a {singular}: such a key can never act on another one, whatever its permissions allow. Name your {plural} here, and whoever makes a key chooses from them.',
    reader: 'An owner or admin of the organization can add some.',
    more: 'How a key is scoped',
  },
  noMatch: {
    title: 'Nothing matches',
    body: 'No {singular} has this in its name or id.',
    reset: 'Show all {plural}',
  },
  noTypes: {
    title: 'Keys are not scoped here',
    body: 'None of the APIs declares kinds of resources, such as customers, that keys could be restricted to. The operator declares them in the definition of an API, under “resourceTypes”.',
  },
  adding: {
    title: 'Add {plural}',
    body: 'The id is the one that your own system uses. It cannot be changed later, the name can.',
    how: 'How many',
    one: 'One',
    many: 'Many at once',
    id: 'Id',
    idHint: 'Letters, digits and _ . : @ -',
    name: 'Name',
    taken: '“{id}” is there already, as “{name}”. Rename it in the list.',
    lines: 'Lines of id and name',
    linesHint:
      'As pasted from a spreadsheet or a CSV file, up to {most} lines. An id that is there already is renamed.',
    linesExample: 'cus_1, Globex Corp.\ncus_2, Initech',
    submit: 'Add',
    busy: 'Adding…',
    progress: '{done} of {all}',
    done: 'Close',
  },
  faults: {
    badId: 'is no id: it has up to 128 letters, digits and _ . : @ -',
    noName: 'has no name: write the id, a comma, and the name',
    twice: 'has the same id as line {line}',
    tooMany: 'Up to {most} lines at once. These are {count}: take the rest next.',
    nothing: 'Write a line for each: the id, a comma, and the name.',
  },
  report: {
    added: { one: '1 was saved.', other: '{count} were saved.' },
    failed: {
      one: '1 line was not, and stays in the field:',
      other: '{count} lines were not, and stay in the field:',
    },
    line: 'Line {line}',
  },
  removing: {
    title: 'Remove {name}',
    counting: 'Looking for keys that are scoped to it…',
    unused:
      'Its name is taken off the list. No key is scoped to it, and nothing that runs is affected.',
    used: {
      one: '1 key is scoped to it, so it cannot be removed. Change or revoke that key first.',
      other:
        '{count} keys are scoped to it, so it cannot be removed. Change or revoke those keys first.',
    },
    usedByMany:
      '{count} keys or more are scoped to it, so it cannot be removed. Change or revoke those keys first.',
    show: 'Show these keys',
    confirm: 'Remove',
  },
  done: {
    added: '{name} added',
    renamed: 'Renamed to {name}',
    removed: '{name} removed',
  },
} as const;

// Says what to do when the Node on the PATH is too old, before anything newer than ES5 is parsed.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    'Claviger needs Node 24 or newer and found ' +
      process.version +
      '.\nRun "npm ci" first: it brings Node 26 into node_modules and every npm script uses it.\n' +
      'If it was run with --omit=optional, run it again without, or install Node 24 or newer yourself.',
  );
  process.exit(1);
}

/** How programs take the key from a variable, so that it stands in no source. */
export interface KeyLine {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** Definitions do not say where the API is. */
export const ADDRESS = 'https://api.example.com/';

/** `INTERACT_API_KEY` for the API `interact`. No shell takes a name that begins with a digit. */
export const variableOf = (apiId: string): string =>
  `${apiId.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`.replace(/^(?=\d)/, '_');

/** `credential`: in base62, colons and underscores; no shell finds anything to do in it. */
export function keyLines(variable: string, credential: string): KeyLine[] {
  return [
    { id: 'bash', name: 'bash', text: `export ${variable}='${credential}'` },
    { id: 'powershell', name: 'PowerShell', text: `$env:${variable} = '${credential}'` },
    { id: 'curl', name: 'curl', text: `curl -H "Authorization: Bearer $${variable}" ${ADDRESS}` },
    {
      id: 'javascript',
      name: 'JavaScript',
      text: `const answer = await fetch('${ADDRESS}', {
  headers: { authorization: \`Bearer \${process.env.${variable}}\` },
});`,
    },
    {
      id: 'csharp',
      name: 'C#',
      text: `using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization =
    new("Bearer", Environment.GetEnvironmentVariable("${variable}"));
var answer = await client.GetStringAsync("${ADDRESS}");`,
    },
    {
      id: 'python',
      name: 'Python',
      text: `import os, urllib.request

request = urllib.request.Request("${ADDRESS}")
request.add_header("Authorization", f"Bearer {os.environ['${variable}']}")
answer = urllib.request.urlopen(request).read()`,
    },
  ];
}

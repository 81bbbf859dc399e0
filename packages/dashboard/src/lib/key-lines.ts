/** How programs take the key from a variable, so that it stands in no source. */
export interface KeyLine {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** `INTERACT_API_KEY` for the API `interact`. */
export const variableOf = (apiId: string): string =>
  `${apiId.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;

/** `secret`: in base62, colons and underscores; no shell finds anything to do in it. */
export function keyLines(variable: string, secret: string): KeyLine[] {
  return [
    { id: 'bash', name: 'bash', text: `export ${variable}='${secret}'` },
    { id: 'powershell', name: 'PowerShell', text: `$env:${variable} = '${secret}'` },
    {
      id: 'curl',
      name: 'curl',
      text: `curl -H "Authorization: Bearer $${variable}" https://api.example.com/v1/me`,
    },
    {
      id: 'javascript',
      name: 'JavaScript',
      text: `const headers = { authorization: \`Bearer \${process.env.${variable}}\` };`,
    },
    {
      id: 'csharp',
      name: 'C#',
      text: `client.DefaultRequestHeaders.Authorization =\n    new("Bearer", Environment.GetEnvironmentVariable("${variable}"));`,
    },
    {
      id: 'python',
      name: 'Python',
      text: `headers = {"Authorization": f"Bearer {os.environ['${variable}']}"}`,
    },
  ];
}

export const CLIENT_ID = 'claviger';

/** The settings for a provider in this process. */
export const oidcEnv = ({
  issuer,
  clientSecret,
}: {
  readonly issuer: string;
  readonly clientSecret: string;
}): Record<string, string> => ({
  CLAVIGER_OIDC_ISSUER: issuer,
  CLAVIGER_OIDC_CLIENT_ID: CLIENT_ID,
  CLAVIGER_OIDC_CLIENT_SECRET: clientSecret,
  CLAVIGER_OIDC_NAME: 'Acme',
});

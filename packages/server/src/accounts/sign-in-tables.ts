const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** Our names for the sign-in library's tables and columns. */
export const tables = {
  user: { modelName: 'account_users', fields: { emailVerified: 'email_verified', ...times } },
  session: {
    modelName: 'account_sessions',
    fields: {
      userId: 'user_id',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      expiresAt: 'expires_at',
      ...times,
    },
  },
  account: {
    modelName: 'account_credentials',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: {
    modelName: 'account_verifications',
    fields: { expiresAt: 'expires_at', ...times },
  },
} as const;

/** And for those of its second factor. */
export const secondFactorTables = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'account_second_factors',
    fields: {
      userId: 'user_id',
      backupCodes: 'backup_codes',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
} as const;

/** And for that of its passkeys. */
export const passkeyTables = {
  passkey: {
    modelName: 'account_passkeys',
    fields: {
      userId: 'user_id',
      publicKey: 'public_key',
      credentialID: 'credential_id',
      deviceType: 'device_type',
      backedUp: 'backed_up',
      createdAt: 'created_at',
    },
  },
} as const;

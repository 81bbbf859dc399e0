import type { memberRoles as all, roles as allWithOperator } from '@claviger/contract';

// Types alone come from the contract: its schemas would come along with a value, and take their time.
export const memberRoles: typeof all = ['owner', 'admin', 'developer', 'viewer'];
export const roles: typeof allWithOperator = ['operator', ...memberRoles];

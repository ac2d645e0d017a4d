import { securitySettingsSchema } from '../domain/security-settings.ts';
import { operation } from './operation.ts';

export const securityApi = {
  /** Sets the organization's rules for its machines; what else its settings hold stays. Fails with NOT_ALLOWED. */
  'security.update': operation<null>()(securitySettingsSchema.strict()),
};

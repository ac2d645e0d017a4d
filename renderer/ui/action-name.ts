import { useTranslation } from 'react-i18next';
import type { Texts } from '../app/i18n.ts';

export type NamedAction = keyof Texts['values']['action'];

/** What the centre writes (the trigger's operation), and what imported logs call the same. */
const actions: Readonly<Record<string, NamedAction>> = {
  insert: 'created',
  create: 'created',
  created: 'created',
  update: 'changed',
  updated: 'changed',
  delete: 'removed',
  deleted: 'removed',
  stage_transition: 'moved',
  stage_changed: 'moved',
  password_reset: 'passwordReset',
  device_revoked: 'deviceRevoked',
  device_readmitted: 'deviceReadmitted',
  handed_in: 'handedIn',
  handed_in_applied: 'handedInApplied',
  handed_in_discarded: 'handedInDiscarded',
};

/** What an action of the log amounts to; undefined for one that has no words. */
export function namedAction(action: string): NamedAction | undefined {
  const name = action.toLowerCase();
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** An action in a word or two; one without words keeps its own name. */
export function useActionName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => {
    const named = namedAction(action);
    return named ? t(`values.action.${named}`) : action.replaceAll('_', ' ');
  };
}

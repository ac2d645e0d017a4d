import type { TFunction } from 'i18next';
import type { ActivityRow } from '../../../../shared/api/projects.ts';
import { en } from '../../../app/locales.ts';

type NamedAction = Exclude<keyof typeof en.values.activity, 'other' | 'named'>;
type NamedEntity = keyof typeof en.values.entity;

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
};

const isNamedEntity = (table: string): table is NamedEntity => Object.hasOwn(en.values.entity, table);

/** One action of the log in words; an unknown one says what it was about, and what the log itself says of it. */
export function activityText(t: TFunction, row: Pick<ActivityRow, 'action' | 'entity_type' | 'subject' | 'description'>): string {
  const entity = t(`values.entity.${isNamedEntity(row.entity_type) ? row.entity_type : 'other'}`);
  const name = row.action.toLowerCase();
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action) {
    const text = t(`values.activity.${action}`, { entity });
    return row.subject ? t('values.activity.named', { text, subject: row.subject }) : text;
  }
  return row.description ?? t('values.activity.other', { entity, action: row.action.replaceAll('_', ' ') });
}

import type { TFunction } from 'i18next';
import type { ActivityRow } from '../../../../shared/api/projects.ts';
import { texts, type Texts } from '../../../app/i18n.ts';
import { namedAction } from '../../../ui/action-name.ts';

type NamedEntity = keyof Texts['values']['entity'];

type Sentence = keyof Texts['values']['activity'];

/** Actions about people and devices, which no project has, have a name and no sentence. */
const isSentence = (action: string | undefined): action is Sentence => action !== undefined && Object.hasOwn(texts().values.activity, action);

const isNamedEntity = (table: string): table is NamedEntity => Object.hasOwn(texts().values.entity, table);

/** One action of the log in words; an unknown one says what it was about, and what the log itself says of it. */
export function activityText(t: TFunction, row: Pick<ActivityRow, 'action' | 'entity_type' | 'subject' | 'description'>): string {
  const entity = t(`values.entity.${isNamedEntity(row.entity_type) ? row.entity_type : 'other'}`);
  const action = namedAction(row.action);
  if (isSentence(action)) {
    const text = t(`values.activity.${action}`, { entity });
    return row.subject ? t('values.activity.named', { text, subject: row.subject }) : text;
  }
  return row.description ?? t('values.activity.other', { entity, action: row.action.replaceAll('_', ' ') });
}

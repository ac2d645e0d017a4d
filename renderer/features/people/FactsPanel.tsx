import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CompanyChoice, PersonRow } from '../../../shared/api/people.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { useOnline } from '../sync/use-online.ts';
import classes from './People.module.css';
import { draftOf, draftProblems, toPatch } from './person-draft.ts';
import { PersonFields } from './PersonFields.tsx';
import { useToldSettled } from './use-told-settled.ts';

interface Props {
  person: PersonRow;
  people: readonly PersonRow[];
  companies: readonly CompanyChoice[];
  own: boolean;
}

export function FactsPanel({ person, people, companies, own }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const online = useOnline();
  const told = useToldSettled();
  /** Null while nothing is edited: then the fields show what arrives. */
  const [edited, setEdited] = useState<ReturnType<typeof draftOf> | null>(null);
  const [checked, setChecked] = useState(false);
  const draft = edited ?? draftOf(person);
  const patch = toPatch(person, draft);
  const changed = Object.keys(patch).length > 0;
  const save = useMutation({
    mutationFn: () => call('people.change', { id: person.id, patch }),
    onSuccess: (settled) => {
      setEdited(null);
      setChecked(false);
      notifyDone(t('people.saved', { name: draft.name.trim() }));
      told(settled);
    },
  });

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(draftProblems(draft)).length === 0) save.mutate();
  };

  return (
    <section className={classes['panel']} aria-labelledby="person-facts">
      <h3 id="person-facts" className={classes['heading']}>
        {t('people.facts')}
      </h3>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        {save.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('people.notSaved')} role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <PersonFields
          draft={draft}
          change={setEdited}
          people={people}
          companies={companies}
          self={person.id}
          checked={checked}
          disabled={!online}
          own={own}
        />
        {patch.role && (
          <Alert variant="light" icon={<IconInfoCircle />} role="status">
            {t('people.roleChange', {
              name: person.name,
              before: t(`values.role.${person.role}`),
              after: t(`values.role.${patch.role}`),
              can: t(`people.can.${patch.role}`),
            })}
          </Alert>
        )}
        {patch.email && (
          <Alert variant="light" icon={<IconInfoCircle />} role="status">
            {t('people.addressChange', { name: person.name, email: patch.email })}
          </Alert>
        )}
        <div className={classes['actions']}>
          {changed && (
            <Button variant="default" onClick={() => setEdited(null)}>
              {t('people.undoEdits')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={!online || !changed}>
            {t('people.save')}
          </Button>
        </div>
      </form>
    </section>
  );
}

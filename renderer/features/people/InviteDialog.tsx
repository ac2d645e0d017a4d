import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { CompanyChoice, PersonRow } from '../../../shared/api/people.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { useOnline } from '../sync/use-online.ts';
import { OneTimePassword } from './OneTimePassword.tsx';
import classes from './People.module.css';
import { draftProblems, emptyDraft, toFacts } from './person-draft.ts';
import { PersonFields } from './PersonFields.tsx';

interface Props {
  people: readonly PersonRow[];
  companies: readonly CompanyChoice[];
  close: () => void;
  invited: (id: string) => void;
}

/** Facts first; then the one-time password, which nobody sees again. */
export function InviteDialog({ people, companies, close, invited }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const online = useOnline();
  const [draft, setDraft] = useState(emptyDraft);
  const [checked, setChecked] = useState(false);
  const invite = useMutation({
    mutationFn: () => call('people.invite', toFacts(draft)),
    onSuccess: ({ id }) => invited(id),
  });

  if (invite.data) {
    return <OneTimePassword name={draft.name.trim()} email={draft.email.trim()} password={invite.data.one_time_password} close={close} />;
  }

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(draftProblems(draft)).length === 0) invite.mutate();
  };

  return (
    <Dialog onClose={close} size="lg" title={t('people.inviteDialog.title')}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        {invite.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('people.inviteDialog.failed')} role="alert">
            {errorText(invite.error)}
          </Alert>
        )}
        <PersonFields draft={draft} change={setDraft} people={people} companies={companies} checked={checked} />
        <p className={classes['muted']}>{t(`people.can.${draft.role}`)}</p>
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" loading={invite.isPending} disabled={!online}>
            {t('people.inviteDialog.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
